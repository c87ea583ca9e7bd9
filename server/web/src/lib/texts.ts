// SPDX-License-Identifier: Apache-2.0
// The text catalogue: every sentence on a page comes from policies/texts/LANGUAGE.json.
import type { ComponentChildren } from 'preact';

// Put in by the build from policies/texts: the languages there are, and for each the few texts that
// are needed when the server does not hand out the rest.
declare const CONSOLE_FIRST_TEXTS: Record<string, Record<string, string>>;
// language → the file that has its catalogue
declare const CONSOLE_CATALOGUES: Record<string, string>;

export type TextArgs = Record<string, string | number>;

let catalogue: Record<string, string> = {};
let plural = new Intl.PluralRules('en');
export let language = 'en';
// For dates and numbers: the reader's own region where the language is the page's.
export let locale = 'en';

// "zh-HK" with the script that is written there, "zh-Hant-HK" (Unicode CLDR, likelySubtags).
function withScript(tag: string): string {
	try {
		return new Intl.Locale(tag).maximize().toString();
	} catch {
		return tag;
	}
}

// "zh-HK" and "zh-Hant" take "zh-Hant", "nl-BE" takes "nl"; whatever is left takes English.
export function chooseLanguage(wanted: readonly string[], offered: readonly string[]): string {
	for (const tag of wanted.flatMap((one) => [one, withScript(one)])) {
		const parts = tag.split('-');
		for (let n = parts.length; n > 0; n--) {
			const part = parts.slice(0, n).join('-');
			if (offered.includes(part)) {
				return part;
			}
		}
	}
	return 'en';
}

export const languages = Object.keys(CONSOLE_FIRST_TEXTS);

export async function fetchTexts(tag: string): Promise<Record<string, string>> {
	const answer = await fetch(`/${CONSOLE_CATALOGUES[tag]}`);
	if (!answer.ok) {
		throw new Error(`texts: ${answer.status}`);
	}
	return await answer.json() as Record<string, string>;
}

export async function loadTexts(): Promise<void> {
	language = chooseLanguage(navigator.languages, Object.keys(CONSOLE_FIRST_TEXTS));
	catalogue = CONSOLE_FIRST_TEXTS[language] ?? {};
	locale = navigator.languages.find((tag) => `${withScript(tag)}-`.startsWith(`${language}-`))
		?? language;
	catalogue = await fetchTexts(language);
	plural = new Intl.PluralRules(language);
	document.documentElement.lang = language;
}

export function hasText(key: string): boolean {
	return key in catalogue;
}

// The key itself when nothing has it: a page is never empty.
export function t(key: string, args: TextArgs = {}, from = catalogue): string {
	return (from[key] ?? key).replace(/\{([a-z]+)\}/g, (whole, name: string) => {
		const value = args[name];
		if (value === undefined) {
			return whole;
		}
		return typeof value === 'number' ? formatNumber(value) : value;
	});
}

function pluralKey(key: string, n: number): string {
	const exact = `${key}.${plural.select(n)}`;
	return hasText(exact) ? exact : `${key}.other`;
}

// A text with forms "key.one" and "key.other"; {n} is the number.
export function tn(key: string, n: number, args: TextArgs = {}): string {
	return t(pluralKey(key, n), { n, ...args });
}

// A text whose {name} parts are elements.
export function rich(key: string, parts: Record<string, ComponentChildren>): ComponentChildren {
	return (catalogue[key] ?? key).split(/(\{[a-z]+\})/).map((piece) => {
		const name = /^\{([a-z]+)\}$/.exec(piece)?.[1];
		return name !== undefined && name in parts ? parts[name] : piece;
	});
}

export function richn(
	key: string, n: number, parts: Record<string, ComponentChildren>,
): ComponentChildren {
	return rich(pluralKey(key, n), { n: formatNumber(n), ...parts });
}

export function formatNumber(n: number): string {
	return new Intl.NumberFormat(locale).format(n);
}

export function formatPercent(part: number, whole: number): string {
	// Rounded down, so that 100 % is said only when it is all of them.
	const share = whole === 0 ? 0 : Math.floor((100 * part) / whole) / 100;
	return new Intl.NumberFormat(locale, { style: 'percent' }).format(share);
}
