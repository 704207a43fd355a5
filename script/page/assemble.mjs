// Turns the compiled page into the files that a browser loads: small, named by their content, and
// compressed beside the plain ones.
//
//   node assemble.mjs BOUND SITE
//
// BOUND is the folder that wasm-bindgen wrote; SITE becomes the folder that goes into the binary.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { transform } from 'esbuild';
import { bundle } from 'lightningcss';

const NAME = 'easel';
// What a page loads when somebody first paints a mask; its sources lie in public/.
const PAINTER = 'painter';
// The browsers of the last two years, in lightningcss's notation: major << 16.
const TARGETS = { chrome: 131 << 16, firefox: 133 << 16, safari: 18 << 16 };

const [bound, site] = process.argv.slice(2);
const tools = join(dirname(fileURLToPath(import.meta.url)), 'node_modules', '.bin');
const work = mkdtempSync(join(tmpdir(), 'easel-page-'));

// Answers what it prints.
function run(command, ...args) {
  return execFileSync(command, args, { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' });
}

// What script and WASM call each other by ends in digits that no compression shortens. `renamed`
// is wasm-opt's list of the short names that it gave in their place.
function shortNames(script, renamed) {
  const { imports, exports } = JSON.parse(renamed);
  const rename = (from, to) => {
    const [before, ...after] = script.split(from);
    if (after.length === 0) throw new Error(`wasm-bindgen's script does not name ${from}`);
    script = [before, ...after].join(to);
  };
  for (const [, name, short] of imports) rename(`        ${name}: `, `        ${short}: `);
  for (const [name, short] of exports) {
    script = script.replace(new RegExp(`\\bwasm\\.${name}\\b`, 'g'), `wasm.${short}`);
  }
  rename(`"./${NAME}_bg.js": import0`, '"a": import0');
  return script;
}

function isText(name) {
  return /\.(?:js|css|svg|html|txt|json|webmanifest)$/.test(name);
}

function hashOf(...contents) {
  const hash = createHash('sha256');
  for (const content of contents) hash.update(content);
  return hash.digest('base64url').slice(0, 22);
}

// Writes a file and its compressed forms; what is compressed already stays alone.
function write(path, bytes) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  if (!isText(path) && !path.endsWith('.wasm')) return;
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }));
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
}

try {
  if (existsSync(join(bound, 'snippets'))) {
    throw new Error('a dependency brings scripts of its own (snippets), which this step does not carry over');
  }
  const wasm = join(work, `${NAME}.wasm`);
  // rustc's linker lays the stack first, from 1 MB downwards: below 1 kB nothing is read or written but by a
  // stack that overflows.
  const renamed = run(join(tools, 'wasm-opt'), '-Oz', '--low-memory-unused', '--minify-imports-and-exports-and-modules', '--strip-producers', '--strip-target-features',
    '--enable-bulk-memory', '--enable-nontrapping-float-to-int', '--enable-sign-ext',
    '--enable-mutable-globals', '--enable-reference-types', '--enable-multivalue',
    '-o', wasm, join(bound, `${NAME}_bg.wasm`));
  const script = await transform(shortNames(readFileSync(join(bound, `${NAME}.js`), 'utf8'), renamed), {
    minify: true, format: 'esm', target: 'es2022', legalComments: 'none',
  });
  const { code: style } = bundle({ filename: 'style/main.css', minify: true, targets: TARGETS });

  rmSync(site, { recursive: true, force: true });
  // Script and WASM go together, so they share one name: Leptos puts `_bg` to that of the WASM.
  const code = readFileSync(wasm);
  const build = hashOf(script.code, code);
  write(join(site, 'pkg', `${NAME}.${build}.js`), Buffer.from(script.code));
  write(join(site, 'pkg', `${NAME}.${build}_bg.wasm`), code);
  write(join(site, 'pkg', `${NAME}.${hashOf(style)}.css`), Buffer.from(style));
  const painter = await transform(readFileSync(`public/${PAINTER}.js`, 'utf8'), {
    minify: true, format: 'esm', target: 'es2022', legalComments: 'none',
  });
  const { code: painterStyle } = bundle({ filename: `public/${PAINTER}.css`, minify: true, targets: TARGETS });
  write(join(site, 'pkg', `${PAINTER}.${hashOf(painter.code)}.js`), Buffer.from(painter.code));
  write(join(site, 'pkg', `${PAINTER}.${hashOf(painterStyle)}.css`), Buffer.from(painterStyle));
  for (const entry of readdirSync('public', { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.startsWith(`${PAINTER}.`)) continue;
    const from = join(entry.parentPath, entry.name);
    write(join(site, from.slice('public/'.length)), readFileSync(from));
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
