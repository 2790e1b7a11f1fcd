/**
 * node build.mjs --out DIR --modules NODE_MODULES --texts CATALOGUES [--collect CATALOGUES] [--icons DIR] [--model MODEL_JSON]...
 *   [--style FILE.scss] [--same BUNDLE.json]
 * Bundle scripts, style, WebAssembly, texts and icons into DIR/assets under names that carry their content's hash, and
 * print where each is as one line of JSON. The same sources and models give the same bytes. A model that a page cannot run
 * ends it with the status 3 and one sentence.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { needs, Refused } from './needs.mjs';
import { parts } from './parts.mjs';
import { SECOND, UNUSED, without } from './treeshake.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
/** @type {{type: 'string'}} */
const PATH = { type: 'string' };
/** @type {{type: 'string', multiple: true}} */
const PATHS = { type: 'string', multiple: true };
const OPTIONS = {
  out: PATH,
  modules: PATH,
  texts: PATH,
  collect: PATH,
  icons: PATH,
  model: PATHS,
  style: PATH,
  same: PATH,
};
const { values } = parseArgs({ options: OPTIONS });
if (!values.out || !values.modules || !values.texts) throw new Error('build.mjs needs --out, --modules and --texts');
const OUT = resolve(values.out);
const MODULES = resolve(values.modules);
const TEXTS = resolve(values.texts);
const SITE_STYLE = values.style ? readFileSync(resolve(values.style), 'utf8') : '@use "site";';
const ICONS = resolve(values.icons ?? join(HERE, 'icons'));
module.enableCompileCache?.(join(dirname(MODULES), 'compiled')); // Sass is large: the next run does not compile it again
// The sources may lie where no node_modules is near, as in an installed wheel.
const require = createRequire(join(MODULES, 'anything.js'));
/** @type {typeof import('esbuild')} */
const esbuild = require('esbuild');
/** @type {typeof import('sass')} */
const sass = require('sass');
const WASM = join(MODULES, '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm');

/** Node's own modules, which Emscripten and tfjs-core name behind checks for Node. */
const NODE = ['fs', 'path', 'worker_threads', 'perf_hooks', 'os', 'util', 'crypto', 'string_decoder', 'node-fetch'];

/**
 * @param {string} name @param {string} extension @param {string | Uint8Array} content
 * @returns {string} the file's address from the site's root
 */
function publish(name, extension, content) {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 10);
  const address = `assets/${name}.${hash}.${extension}`;
  writeFileSync(join(OUT, address), content);
  return address;
}

/** @param {string} name @param {string} extension @returns {string} */
const publishIcon = (name, extension) => publish(name, extension, readFileSync(join(ICONS, `${name}.${extension}`)));

/** @param {string} entry @param {import('esbuild').BuildOptions} [options] @returns {Promise<Uint8Array>} its code */
async function bundled(entry, options) {
  const result = await esbuild.build({
    entryPoints: [join(HERE, 'js', entry)],
    bundle: true,
    minify: true,
    format: 'iife',
    target: ['es2022', 'safari16'],
    charset: 'utf8',
    legalComments: 'none',
    write: false,
    nodePaths: [MODULES],
    external: NODE,
    logLevel: 'warning',
    ...options,
  });
  if (result.metafile) record(result.metafile);
  return /** @type {import('esbuild').OutputFile[]} */ (result.outputFiles)[0].contents;
}

/** The folders of the packages that scripts of the site contain something of. @type {Set<string>} */
const contained = new Set();

/** @param {import('esbuild').Metafile} metafile  of a script */
function record({ outputs }) {
  for (const [path, { bytesInOutput }] of Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs))) {
    const [, folder] = path.match(/^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//) ?? [];
    if (folder && bytesInOutput) contained.add(resolve(folder));
  }
}

/** @param {string} folder @returns {{name: string, version: string, licence: string, notice: string}} of a package */
function licensed(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((file) => /^(licen[cs]e|copying)/i.test(file));
  return { name, version, licence: license, notice: file ? readFileSync(join(folder, file), 'utf8').trim() : '' };
}

/** @param {string} entry @param {string} name @returns {Promise<string>} */
const script = async (entry, name) => publish(name, 'js', await bundled(entry, { metafile: true }));

/**
 * A script with parts of TensorFlow.js: the page runs it, and knows it as a function, whose text a worker runs.
 * @param {string} entry @param {'network' | 'backend'} kind @param {RegExp} unused
 * @returns {Promise<string>} its code
 */
async function tensorflow(entry, kind, unused) {
  const code = await bundled(entry, { plugins: [parts(used, MODULES), without(unused)], metafile: true });
  return `(globalThis.digitjsCode??={}).${kind}=function(){${Buffer.from(code)}};digitjsCode.${kind}();\n`;
}

/** @param {string} folder @param {string} name @returns {Record<string, string>} language code to the address of its catalogue */
function texts(folder, name) {
  const files = readdirSync(folder).sort();
  return Object.fromEntries(
    files.map((file) => {
      const language = file.replace(/\.json$/, '');
      const catalogue = JSON.stringify(JSON.parse(readFileSync(join(folder, file), 'utf8')));
      const source = `(globalThis.digitjsText??={})[${JSON.stringify(language)}]=${catalogue};\n`;
      return [language, publish(`${name}.${language}`, 'js', source)];
    }),
  );
}

/** @param {string} name  of a stylesheet @param {string} [source]  that takes its place @returns {string} its address */
const style = (name, source = `@use "${name}";`) => publish(name, 'css', compiled(source));

/** @param {string} source  SCSS @returns {string} CSS */
function compiled(source) {
  try {
    return sass.compileString(source, { style: 'compressed', charset: false, loadPaths: [join(HERE, 'scss')] }).css;
  } catch (error) {
    if (!(error instanceof sass.Exception) || !error.span.url) throw error;
    console.error(`${fileURLToPath(error.span.url)}, line ${error.span.start.line + 1}: ${error.sassMessage}`);
    process.exit(1);
  }
}

/**
 * The style of a drawing pad in somebody else's page: what the site says of its root is said of the pad, and the page around
 * may set each custom property, and what 1rem is.
 */
function padStyle() {
  const css = compiled(SITE_STYLE.replace('@use "site"', '@use "pad"')).replaceAll(':root', '.pad');
  const value = /(?<=[{;])--([\w-]+):((?:"[^"]*"|'[^']*'|\([^()"']*\)|[^;}"'])+)/g;
  const open = css.replace(value, '--$1:var(--draw-pad-$1,$2)');
  // Queries, of the window's size too, stay as they are, and so do texts and addresses.
  return open.replace(/@[^{;]*|"[^"]*"|'[^']*'|url\([^)]*\)|(\d*\.?\d+)rem\b/g, (found, size) =>
    size ? `calc(${size}*var(--draw-pad-rem,1rem))` : found,
  );
}

/** The script of the element <draw-pad>, without the site that it belongs to; it has no file of its own here. ASCII, for pages of any encoding. */
async function pad() {
  const code = await bundled('draw_pad.js', { charset: 'ascii', define: { PAD_STYLE: JSON.stringify(padStyle()) } });
  return Buffer.from(code).toString();
}

/** The page that collects drawings. @param {string} catalogues  a folder */
async function collect(catalogues) {
  return {
    texts: texts(catalogues, 'collect'),
    script: await script('collect.js', 'collect'),
    style: style('collect'),
  };
}

/** What was printed once, with other texts and styles: all else is in DIR already. @param {any} built */
async function again({ page, collect, ...rest }) {
  return {
    ...rest,
    page: { ...page, texts: texts(TEXTS, 'text') },
    style: style('site', SITE_STYLE),
    pad: await pad(),
    collect: collect && { ...collect, texts: texts(resolve(values.collect ?? ''), 'collect'), style: style('collect') },
  };
}

mkdirSync(join(OUT, 'assets'), { recursive: true });
if (values.same) {
  const built = JSON.parse(readFileSync(resolve(values.same), 'utf8'));
  const line = `${JSON.stringify(await again(built))}\n`;
  await new Promise((written) => process.stdout.write(line, written)); // a pipe takes part of it at a time
  process.exit();
}
const wasm = readFileSync(WASM);
const tools = { modules: MODULES, kept: join(dirname(MODULES), 'needs'), bundled };
const needed = await needs(values.model ?? [], tools).catch((reason) => {
  if (!(reason instanceof Refused)) throw reason;
  console.error(reason.message);
  process.exit(3);
});
const used = {
  layers: [...new Set(needed.flatMap(({ layers }) => layers))].sort(),
  kernels: [...new Set(needed.flatMap(({ kernels }) => kernels))].sort(),
};
// esbuild works on all of them beside this process, which compiles the style meanwhile.
const scripts = Promise.all([
  tensorflow('tensorflow/bundle.js', 'network', UNUSED),
  tensorflow('tensorflow/kernels_wasm.js', 'backend', SECOND),
  script('picture/trace.js', 'picture'),
  script('main.js', 'site'),
  script('report.js', 'report'),
  script('service_worker.js', 'worker'),
]);
const siteStyle = style('site', SITE_STYLE);
const own = [pad(), values.collect ? collect(resolve(values.collect)) : null];
const [network, backend, picture, page, report, worker] = await scripts;
const [padScript, collecting] = await Promise.all(own);
const bundle = {
  /** What the page's script loads, by these names. */
  page: {
    texts: texts(TEXTS, 'text'),
    network: publish('network', 'js', network),
    backend: publish('tfjs-wasm', 'js', backend),
    picture,
    wasm: publish('tfjs-simd', 'wasm', wasm),
    wasmScript: publish('tfjs-simd', 'js', `globalThis.digitjsWasm="${wasm.toString('base64')}";\n`),
  },
  script: page,
  reportScript: report,
  style: siteStyle,
  pad: padScript,
  worker,
  icon: publishIcon('icon', 'svg'),
  icon180: publishIcon('icon-180', 'png'),
  icon192: publishIcon('icon-192', 'png'),
  icon512: publishIcon('icon-512', 'png'),
  iconmask: publishIcon('icon-mask', 'png'), // nothing outside the middle three fifths: masks may cut that away
  operations: needed.map(({ operations }) => operations),
  collect: collecting,
  packages: [...contained].sort().map(licensed),
};
console.log(JSON.stringify(bundle));
