// SPDX-License-Identifier: Apache-2.0
// Moments in the reader's language and zone. The API tells a school device's times by the hour and
// a private device's by the day; nothing here pretends to know more.
import { locale } from './texts';
import type { Moment } from './types';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export function isDay(moment: Moment): boolean {
	return moment.length === 10;
}

// A day alone is a calendar day, the same in every zone: it is read and written in UTC.
function format(moment: Moment, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
	return new Intl.DateTimeFormat(locale, isDay(moment) ? { ...options, timeZone: 'UTC' } : options);
}

// "Sunday 22 November 2026", or with the hour in which it was: "22 November 2026, 01:00 - 02:00".
export function exactTime(moment: Moment): string {
	const at = Date.parse(moment);
	if (isDay(moment)) {
		return format(moment, { dateStyle: 'full' }).format(at);
	}
	return format(moment, {
		weekday: 'long', day: 'numeric', month: 'long', year: 'numeric',
		hour: 'numeric', minute: '2-digit',
	}).formatRange(at, at + HOUR_MS);
}

// "22 Nov 2026"
export function dayOf(moment: Moment, inLanguage = locale): string {
	return new Intl.DateTimeFormat(inLanguage, { dateStyle: 'medium' }).format(Date.parse(moment));
}

// "22 Nov 2026, 11:04:09", of what people did on the console
export function instantText(moment: Moment): string {
	return format(moment, { dateStyle: 'medium', timeStyle: 'medium' }).format(Date.parse(moment));
}

export function shortDate(moment: Moment): string {
	return format(moment, { day: 'numeric', month: 'short' }).format(Date.parse(moment));
}

export function clockTime(ms: number): string {
	return new Intl.DateTimeFormat(locale, { timeStyle: 'short' }).format(ms);
}

// Calendar days between the two, so that "yesterday" is never said of this morning.
function daysBetween(moment: Moment, now: number): number {
	const then = new Date(Date.parse(moment));
	const today = new Date(now);
	const dayOf = (date: Date): number => (isDay(moment)
		? Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate())
		: Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()));
	return Math.max(0, Math.round((dayOf(today) - dayOf(then)) / DAY_MS));
}

// "in 5 hours", "in 2 days", of what lies ahead
export function untilText(moment: Moment, now: number): string {
	const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
	const hours = Math.max(0, Math.floor((Date.parse(moment) - now) / HOUR_MS));
	return hours < 48 ? relative.format(hours, 'hour') : relative.format(Math.floor(hours / 24), 'day');
}

// "this hour", "5 hours ago", "yesterday", "3 weeks ago"
export function agoText(moment: Moment, now: number): string {
	const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
	const hours = Math.max(0, Math.floor((now - Date.parse(moment)) / HOUR_MS));
	if (!isDay(moment) && hours < 12) {
		return relative.format(-hours, 'hour');
	}
	const days = daysBetween(moment, now);
	if (days < 14) {
		return relative.format(-days, 'day');
	}
	return days < 70
		? relative.format(-Math.floor(days / 7), 'week')
		: relative.format(-Math.floor(days / 30.44), 'month');
}
