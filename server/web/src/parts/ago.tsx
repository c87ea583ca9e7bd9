// SPDX-License-Identifier: Apache-2.0
// "3 days ago", with the exact time for the pointer, the keyboard and the printer.
import type { VNode } from 'preact';
import { agoText, exactTime } from '../lib/dates';
import { t } from '../lib/texts';
import type { Moment } from '../lib/types';

// quiet: no tab stop, for long tables; the page that a row leads to has one.
export function Ago({ at, quiet = false }: { at: Moment | null; quiet?: boolean }): VNode {
	if (at === null) {
		return <span class="faint">{t('console.never')}</span>;
	}
	const exact = exactTime(at);
	return (
		<time class="ago" dateTime={at} title={exact} {...(quiet ? {} : { tabIndex: 0 })}>
			<span class="ago-short">{agoText(at, Date.now())}</span>
			<span class="ago-exact">{exact}</span>
		</time>
	);
}
