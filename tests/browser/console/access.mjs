// SPDX-License-Identifier: Apache-2.0
// Coming in: the one-time link, signing in, and being led back to the page that was asked for.
import assert from 'node:assert/strict';
import { newReader, screenshot } from '../lib/browser.mjs';
import { beginFactor, controlTitle, fillIn, heading, NAME, PASSWORD, signIn, text } from '../lib/person.mjs';
import { test } from '../lib/tap.mjs';

const FIRST_PAGE_MAX = 150 * 1024;
const CSP = {
	'default-src': "'none'", 'script-src': "'self'", 'style-src': "'self'",
	'img-src': "'self' data:", 'connect-src': "'self'",
};

export function access(world) {
	const { server, browser } = world;
	let link;

	test('the page forbids every source but its own', async () => {
		const page = await newReader(browser, server);
		const answer = await page.goto('/');
		const policy = new Map(answer.headers()['content-security-policy'].split(';')
			.map((part) => part.trim().split(/ (.*)/)).map(([name, value]) => [name, value]));
		for (const [name, value] of Object.entries(CSP)) {
			assert.equal(policy.get(name), value, name);
		}
		await page.context().close();
	});

	test('the first page is light, and comes compressed to who takes it so', async () => {
		const page = await newReader(browser, server);
		const sizes = [];
		page.on('requestfinished', (request) => { sizes.push(request.sizes()); });
		await page.goto('/');
		await heading(page, text('console.sign-in')).waitFor();
		const bytes = (await Promise.all(sizes)).map((size) => size.responseBodySize + size.responseHeadersSize);
		assert.ok(bytes.length >= 4, 'the page, its script, its style, its texts');
		assert.ok(bytes.reduce((sum, n) => sum + n) < FIRST_PAGE_MAX, `${bytes}`);
		assert.match((await server.ask('GET', '/')).body, /^<!doctype html>/i); // to who does not
		await page.context().close();
	});

	test('without an administrator, a page leads to sign-in, which says what to do', async () => {
		const page = await newReader(browser, server);
		await page.goto('/devices?state=failing');
		await heading(page, text('console.sign-in')).waitFor();
		assert.equal(new URL(page.url()).searchParams.get('next'), '/devices?state=failing');
		await page.getByText(text('console.sign-in.setup')).waitFor();
		await screenshot(page, 'sign-in');
		assert.deepEqual(page.complaints, []);
		await page.context().close();
	});

	test('the one-time link makes the first administrator and shows how to begin', async () => {
		link = server.command('admin-link', '--url', server.url);
		const page = await newReader(browser, server);
		await page.goto(link);
		await heading(page, text('console.setup')).waitFor();
		await screenshot(page, 'setup');
		const make = page.getByRole('button', { name: text('console.setup.action') });
		await fillIn(page, NAME, 'too short');
		await make.click();
		assert.ok(await page.locator('input:invalid').count() > 0);
		await fillIn(page, NAME, PASSWORD);
		await make.click();
		await beginFactor(page);
		await heading(page, text('console.empty.title')).waitFor();
		assert.equal(new URL(page.url()).hash, '');
		await page.getByText(text('console.enrol.make.hint')).waitFor();
		await screenshot(page, 'empty');
		assert.deepEqual(page.complaints, []);
		world.reader = page;
	});

	test('the link works once', async () => {
		const page = await newReader(browser, server);
		await page.goto(link);
		await fillIn(page, 'someone', PASSWORD);
		await page.getByRole('button', { name: text('console.setup.action') }).click();
		await page.getByRole('alert').getByText(text('console.setup.used')).waitFor();
		await page.context().close();
	});

	test('a deep link survives a wrong and a right sign-in', async () => {
		const page = await newReader(browser, server);
		await page.goto('/controls/disk/encrypted');
		await heading(page, text('console.sign-in')).waitFor();
		await signIn(page, 'not the password');
		await page.getByRole('alert').getByText(text('console.sign-in.wrong')).waitFor();
		await signIn(page);
		await page.waitForURL('**/controls/disk/encrypted');
		await page.context().close();
	});

	test('sign-in never leads to another site', async () => {
		const page = await newReader(browser, server);
		await page.goto('/sign-in?next=//example.org/devices');
		await signIn(page);
		await heading(page, text('console.empty.title')).waitFor();
		assert.equal(new URL(page.url()).origin, server.url);
		assert.equal(new URL(page.url()).pathname, '/');
		await page.context().close();
	});

	test('signing out ends the session', async () => {
		const page = await newReader(browser, server);
		await page.goto('/');
		await signIn(page);
		await page.getByRole('button', { name: text('console.sign-out') }).click();
		await heading(page, text('console.sign-in')).waitFor();
		await page.goto('/devices');
		await heading(page, text('console.sign-in')).waitFor();
		assert.equal(await page.getByText(controlTitle('disk.encrypted')).count(), 0);
		await page.context().close();
	});
}
