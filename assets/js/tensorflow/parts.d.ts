/** Made by parts.mjs: importing one registers a backend's kernels, or the classes of layers. */
declare module 'kernels:*' {}
declare module 'layers:used' {}
