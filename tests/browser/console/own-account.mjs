// SPDX-License-Identifier: Apache-2.0
// One's own account: a second factor begun by choice, and a new password that ends every other session.
import assert from 'node:assert/strict';
import { newReader, screenshot } from '../lib/browser.mjs';
import { beginFactor, fillIn, heading, open, PASSWORD, text } from '../lib/person.mjs';
import { test } from '../lib/tap.mjs';

const NAME = 'tech@school.example';
const NEXT = 'five other words in a row';

async function invited(world) {
	const page = world.reader;
	await open(page, '/accounts', text('console.accounts'));
	const form = page.locator('form', { has: page.getByRole('button', { name: text('console.accounts.invite.action') }) });
	await form.getByLabel(text('console.accounts.role'), { exact: true }).selectOption('technician');
	await page.getByRole('button', { name: text('console.accounts.invite.action') }).click();
	return page.getByLabel(text('console.accounts.invite'), { exact: true }).innerText();
}

export function ownAccount(world) {
	const { browser, server } = world;
	const go = (page) => page.getByRole('button', { name: text('console.sign-in') }).click();

	test('one begins a second factor and changes the password on a page of one\'s own', async () => {
		const page = await newReader(browser, server);
		await page.goto(await invited(world));
		await fillIn(page, NAME, PASSWORD);
		await page.getByRole('button', { name: text('console.setup.action') }).click();
		await heading(page, text('console.fleet')).waitFor();
		await page.getByRole('link', { name: NAME }).click();
		await heading(page, text('console.account')).waitFor();
		await page.getByText(text('console.role.technician'), { exact: true }).waitFor();
		await page.getByRole('link', { name: text('console.factor.begin') }).click();
		const papers = [];
		await beginFactor(page, papers);
		await heading(page, text('console.fleet')).waitFor();

		const elsewhere = await newReader(browser, server);
		await elsewhere.goto('/devices');
		await fillIn(elsewhere, NAME, PASSWORD);
		await go(elsewhere);
		await elsewhere.getByLabel(text('console.factor.code'), { exact: true }).fill(papers.shift());
		await go(elsewhere);
		await heading(elsewhere, text('console.devices')).waitFor();

		await open(page, '/account', text('console.account'));
		const present = page.getByLabel(text('console.account.password.present'), { exact: true });
		const change = page.getByRole('button', { name: text('console.account.password.action'), exact: true });
		await present.fill('not the password');
		await page.getByLabel(text('console.account.password.next'), { exact: true }).fill(NEXT);
		await change.click();
		await page.getByRole('alert').getByText(text('console.factor.wrong-password')).waitFor();
		await present.fill(PASSWORD);
		await change.click();
		await page.getByText(text('console.account.password.done')).waitFor();
		assert.equal(await present.inputValue(), '');
		await screenshot(page, 'account');

		await elsewhere.goto('/controls');
		await heading(elsewhere, text('console.sign-in')).waitFor();
		await fillIn(elsewhere, NAME, NEXT);
		await go(elsewhere);
		await elsewhere.getByLabel(text('console.factor.code'), { exact: true }).fill(papers.shift());
		await go(elsewhere);
		await heading(elsewhere, text('console.controls')).waitFor();
		await elsewhere.context().close();
		await page.context().close();
	});
}
