// SPDX-License-Identifier: Apache-2.0
// Builds the console: npm ci into the work folder when the lock file changed, tsc, esbuild.
// The source tree is only read: everything happens in a copy below --work.
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import {
	cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync,
} from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';

const text = { type: 'string' };
const { values: args } = parseArgs({
	options: { npm: text, source: text, work: text, output: text, texts: text, depfile: text },
});
const FIRST_TEXTS = ['console.trouble.offline.title', 'console.trouble.offline.todo', 'console.retry'];
const FIRST_PAGE_MAX = 150 * 1024; // bytes of all that the first page fetches, compressed

function fail(message) {
	process.stderr.write(`console: ${message}\n`);
	process.exit(1);
}

function run(command, argv) {
	const done = spawnSync(command, argv, { cwd: args.work, encoding: 'utf8' });
	if (done.error || done.status !== 0) {
		fail(`${basename(command)} ${argv.join(' ')} failed\n${done.stdout}${done.stderr}${done.error ?? ''}`);
	}
}

function installPackages() {
	const stamp = join(args.work, 'installed');
	const hash = createHash('sha256');
	for (const name of ['package.json', 'package-lock.json', '.npmrc']) {
		hash.update(readFileSync(join(args.source, name)));
		cpSync(join(args.source, name), join(args.work, name));
	}
	const wanted = hash.digest('hex');
	if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) {
		return;
	}
	rmSync(stamp, { force: true });
	run(args.npm, ['ci', '--no-audit', '--no-fund', '--ignore-scripts']);
	writeFileSync(stamp, wanted);
}

function sourceFiles(folder) {
	return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
		const path = join(folder, entry.name);
		return entry.isDirectory() ? [path, ...sourceFiles(path)] : [path];
	});
}

// language → the texts that a page needs when the server falls silent before it gave the catalogue
function readFirstTexts() {
	const names = readdirSync(args.texts).filter((name) => name.endsWith('.json'));
	return Object.fromEntries(names.map((name) => {
		const all = JSON.parse(readFileSync(join(args.texts, name), 'utf8'));
		return [basename(name, '.json'), Object.fromEntries(FIRST_TEXTS.map((key) => [key, all[key]]))];
	}));
}

// language → the name of its catalogue: by its content, so that a browser fetches it once
function writeTexts() {
	const names = readdirSync(args.texts).filter((name) => name.endsWith('.json'));
	return Object.fromEntries(names.map((name) => {
		const texts = JSON.stringify(JSON.parse(readFileSync(join(args.texts, name), 'utf8')));
		const hash = createHash('sha256').update(texts).digest('hex').slice(0, 8);
		const hashed = `texts-${basename(name, '.json')}-${hash}.json`;
		writeFileSync(join(args.output, hashed), texts);
		return [basename(name, '.json'), hashed];
	}));
}

async function bundle(firstTexts, catalogues) {
	const module = join(args.work, 'node_modules', 'esbuild', 'lib', 'main.js');
	const { default: esbuild } = await import(pathToFileURL(module).href);
	const result = await esbuild.build({
		absWorkingDir: args.work,
		entryPoints: { app: 'src/main.tsx' },
		entryNames: '[name]-[hash]',
		outdir: resolve(args.output),
		bundle: true,
		minify: true,
		format: 'iife',
		target: ['chrome100', 'firefox102', 'safari15'],
		jsx: 'automatic',
		jsxImportSource: 'preact',
		legalComments: 'eof',
		define: { CONSOLE_FIRST_TEXTS: JSON.stringify(firstTexts), CONSOLE_CATALOGUES: JSON.stringify(catalogues) },
		metafile: true,
		logLevel: 'warning',
	});
	return Object.keys(result.metafile.outputs).map((path) => basename(path));
}

// Beside each file, for those who take it so: NAME.gz
function writeCompressed() {
	for (const name of readdirSync(args.output)) {
		writeFileSync(join(args.output, `${name}.gz`), gzipSync(readFileSync(join(args.output, name)), { level: 9 }));
	}
}

function writePage(outputs, catalogues) {
	const script = outputs.find((name) => name.endsWith('.js'));
	const style = outputs.find((name) => name.endsWith('.css'));
	const page = readFileSync(join(args.source, 'index.html'), 'utf8')
		.replace('SCRIPT', `/${script}`)
		.replace('STYLE', `/${style}`);
	writeFileSync(join(args.output, 'index.html'), page);
	cpSync(join(args.source, 'favicon.svg'), join(args.output, 'favicon.svg'));
	writeCompressed();
	const longest = Math.max(...Object.values(catalogues).map((name) => statSync(join(args.output, `${name}.gz`)).size));
	const size = ['index.html', script, style, 'favicon.svg']
		.reduce((sum, name) => sum + statSync(join(args.output, `${name}.gz`)).size, longest);
	if (size > FIRST_PAGE_MAX) {
		fail(`the first page is ${size} bytes compressed, more than ${FIRST_PAGE_MAX}`);
	}
	process.stdout.write(`console: first page is ${size} bytes compressed\n`);
}

mkdirSync(args.work, { recursive: true });
installPackages();
rmSync(join(args.work, 'src'), { recursive: true, force: true });
for (const name of ['src', 'tsconfig.json']) {
	cpSync(join(args.source, name), join(args.work, name), { recursive: true });
}
run(process.execPath, [join('node_modules', 'typescript', 'lib', 'tsc.js'), '--noEmit']);
rmSync(args.output, { recursive: true, force: true });
mkdirSync(args.output, { recursive: true });
const catalogues = writeTexts();
writePage(await bundle(readFirstTexts(), catalogues), catalogues);

const inputs = ['src', 'index.html', 'favicon.svg', 'package.json', 'package-lock.json', '.npmrc', 'tsconfig.json']
	.flatMap((name) => {
		const path = join(args.source, name);
		return name === 'src' ? [path, ...sourceFiles(path)] : [path];
	});
const escaped = [...inputs, args.texts, ...sourceFiles(args.texts)].map((path) => path.replaceAll(' ', '\\ '));
writeFileSync(args.depfile, `${args.output.replaceAll(' ', '\\ ')}: ${escaped.join(' ')}\n`);
