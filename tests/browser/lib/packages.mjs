// SPDX-License-Identifier: Apache-2.0
// playwright-core and axe-core lie in the build folder, where meson had npm put them.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

export const build = process.env.CARETAKER_BROWSER_BUILD;
if (!build) {
	throw new Error('CARETAKER_BROWSER_BUILD is not set: run this by meson test --suite browser');
}
const require = createRequire(join(build, 'packages', 'package.json'));

export const { chromium } = require('playwright-core');
export const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

// What playwright switches off in Chromium for its own ends: a browser that is asked what it does by
// itself goes without.
export const playwrightFeatures = require(join(build, 'packages/node_modules/playwright-core/lib/server/chromium/chromiumSwitches.js'))
	.chromiumSwitches().find((flag) => flag.startsWith('--disable-features='));
