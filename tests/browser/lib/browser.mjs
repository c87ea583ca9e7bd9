// SPDX-License-Identifier: Apache-2.0
// Debian's own Chromium, driven by playwright-core; everything it complains about is kept.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build, chromium, playwrightFeatures } from './packages.mjs';

export const CHROMIUM = '/usr/bin/chromium';
const WAIT_MS = 60_000; // only what never comes takes so long
const FLAGS = [
	'--no-sandbox', '--headless', '--disable-gpu', '--disable-quic', '--no-first-run',
	'--disable-background-networking', '--disable-component-update', '--disable-sync',
];

export function launch(flags = []) {
	return chromium.launch({ executablePath: CHROMIUM, args: [...FLAGS, ...flags] });
}

// With every feature that people have
export function launchWhole(flags = []) {
	return chromium.launch({
		executablePath: CHROMIUM, args: [...FLAGS, ...flags], ignoreDefaultArgs: [playwrightFeatures],
	});
}

// A browser context of its own profile that is told to load an add-on from a folder
export function launchWithAddOn(profile, extension) {
	return chromium.launchPersistentContext(profile, {
		executablePath: CHROMIUM, args: [...FLAGS, `--load-extension=${extension}`],
		ignoreDefaultArgs: [playwrightFeatures, '--disable-extensions'],
	});
}

// A reader with a browser profile of their own. page.complaints: console errors, exceptions, CSP
// violations.
export async function newReader(browser, server, options = {}) {
	const context = await browser.newContext({
		baseURL: server.url, ignoreHTTPSErrors: true, locale: 'en-GB', timezoneId: 'Europe/Amsterdam',
		viewport: { width: 1280, height: 900 }, ...options,
	});
	const page = await context.newPage();
	page.setDefaultTimeout(WAIT_MS);
	page.complaints = [];
	page.on('console', (message) => {
		if (message.type() === 'error' || message.type() === 'warning') {
			page.complaints.push(`${message.type()}: ${message.text()}`);
		}
	});
	page.on('pageerror', (error) => page.complaints.push(`exception: ${error.message}`));
	await page.addInitScript(() => {
		document.addEventListener('securitypolicyviolation', (event) => {
			console.error(`CSP ${event.violatedDirective} ${event.blockedURI}`);
		});
	});
	return page;
}

export async function screenshot(page, name) {
	const folder = join(build, 'screenshots');
	mkdirSync(folder, { recursive: true });
	await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
