// SPDX-License-Identifier: Apache-2.0
// What a real Firefox makes of the policies that lie in /etc, or beside it where it is installed.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { startFirefox } from './marionette.mjs';

export const SYSTEM_WIDE = '/etc/firefox/policies/policies.json';

// policies: what stands under "policies", or a whole file's text; null for no file at all
export function layFirefoxPolicies(policies, path = SYSTEM_WIDE) {
	rmSync(path, { force: true });
	if (policies === null) {
		return;
	}
	mkdirSync(dirname(path), { recursive: true });
	writeFileSync(path, typeof policies === 'string' ? policies : JSON.stringify({ policies }));
}

const LOOK = `
	const of = (name) => {
		const kind = Services.prefs.getPrefType(name);
		const value = kind === Services.prefs.PREF_BOOL ? Services.prefs.getBoolPref(name)
			: kind === Services.prefs.PREF_INT ? Services.prefs.getIntPref(name)
			: kind === Services.prefs.PREF_STRING ? Services.prefs.getStringPref(name) : null;
		return [name, { value, locked: Services.prefs.prefIsLocked(name) }];
	};
	return {
		status: Services.policies.status,
		active: Services.policies.getActivePolicies() ?? {},
		prefs: Object.fromEntries(arguments[0].map(of)),
		ownAddons: Services.policies.mayInstallAddon({ id: 'stranger@caretaker.test', type: 'extension' }),
	};`;

// { active, errors, ownAddons, prefs: { NAME: { value, locked } }, status }: the errors are those of
// about:policies, ownAddons whether an add-on that no policy names may be installed.
export async function askFirefox(names = []) {
	const firefox = await startFirefox();
	try {
		await firefox.command('WebDriver:Navigate', { url: 'about:policies#errors' });
		const script = 'return [...document.querySelectorAll("#errorsContent tr")].map((row) => row.textContent.trim())';
		const errors = (await firefox.command('WebDriver:ExecuteScript', { script, args: [] })).value;
		await firefox.command('Marionette:SetContext', { value: 'chrome' });
		const found = await firefox.command('WebDriver:ExecuteScript', { script: LOOK, args: [names] });
		return { ...found.value, errors };
	} finally {
		await firefox.quit();
	}
}
