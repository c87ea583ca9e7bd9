// SPDX-License-Identifier: Apache-2.0
// Tests in order, told as TAP. One that fails does not stop the next; a skip says why.
const tests = [];

export function test(name, run) {
	tests.push({ name, run });
}

export function skipAll(reason) {
	process.stdout.write(`1..0 # SKIP ${reason}\n`);
	process.exit(0);
}

function comment(text) {
	return String(text).split('\n').map((line) => `# ${line}\n`).join('');
}

// after is run whatever happened.
export async function runTests(after) {
	let failed = 0;
	process.stdout.write(`1..${tests.length}\n`);
	for (const [index, { name, run }] of tests.entries()) {
		const start = Date.now();
		try {
			await run();
			process.stdout.write(`# ${((Date.now() - start) / 1000).toFixed(1)} s\nok ${index + 1} - ${name}\n`);
		} catch (error) {
			failed += 1;
			process.stdout.write(`not ok ${index + 1} - ${name}\n${comment(error?.stack ?? error)}`);
		}
	}
	await after();
	process.exitCode = failed === 0 ? 0 : 1;
}
