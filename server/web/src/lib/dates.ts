// SPDX-License-Identifier: Apache-2.0
// Dates in the reader's language and zone. Times are wall seconds since 1970, as the API gives them.
import { locale } from './texts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export type Grain = 'exact' | 'day';

export function nowSeconds(): number {
	return Math.floor(Date.now() / 1000);
}

export function exactTime(at: number, grain: Grain): string {
	const options: Intl.DateTimeFormatOptions = grain === 'day'
		? { dateStyle: 'full' }
		: { dateStyle: 'full', timeStyle: 'short' };
	return new Intl.DateTimeFormat(locale, options).format(at * 1000);
}

export function shortDate(at: number): string {
	return new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' }).format(at * 1000);
}

export function clockTime(at: number): string {
	return new Intl.DateTimeFormat(locale, { timeStyle: 'short' }).format(at * 1000);
}

// A calendar day of this reader, so that "yesterday" is never said of this morning.
function dayNumber(at: number): number {
	const date = new Date(at * 1000);
	return Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / (DAY * 1000));
}

// "3 days ago"; grain "day" says nothing finer than "today".
export function agoText(at: number, now: number, grain: Grain): string {
	const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
	const seconds = Math.max(0, now - at);
	if (grain === 'exact' && seconds < HOUR) {
		return format.format(-Math.floor(seconds / MINUTE), 'minute');
	}
	if (grain === 'exact' && seconds < DAY / 2) {
		return format.format(-Math.floor(seconds / HOUR), 'hour');
	}
	const days = Math.max(0, dayNumber(now) - dayNumber(at));
	if (days < 14) {
		return format.format(-days, 'day');
	}
	return days < 60
		? format.format(-Math.floor(days / 7), 'week')
		: format.format(-Math.floor(days / 30.44), 'month');
}

export function isoTime(at: number, grain: Grain): string {
	const text = new Date(at * 1000).toISOString();
	return grain === 'day' ? text.slice(0, 10) : text;
}
