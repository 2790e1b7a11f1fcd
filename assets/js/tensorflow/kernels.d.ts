/** Made by kernels.mjs: importing one registers its backend's kernels. */
declare module 'kernels:*' {}
