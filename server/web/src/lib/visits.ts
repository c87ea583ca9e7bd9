// SPDX-License-Identifier: Apache-2.0
// When this reader last looked at the fleet, kept in their own browser and nowhere else.
import { isDay } from './dates';
import type { Moment } from './types';

const KEY = 'fleet-visits';
const ONE_VISIT_MS = 30 * 60_000; // looks closer together than this are one visit
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

interface Visits {
	before: number | null; // the last look of the visit before this one
	latest: number;
}

// The visits after one more look at this time.
export function visitsAfter(kept: Visits | null, now: number): Visits {
	if (kept === null) {
		return { before: null, latest: now };
	}
	return { before: now - kept.latest > ONE_VISIT_MS ? kept.latest : kept.before, latest: now };
}

function read(): Visits | null {
	try {
		const kept = JSON.parse(localStorage.getItem(KEY) ?? 'null') as Visits | null;
		return typeof kept?.latest === 'number' ? kept : null;
	} catch {
		return null; // storage is closed to us, or holds something else
	}
}

// Notes this look; the time of the visit before, null on the first.
export function visitFleet(): number | null {
	const visits = visitsAfter(read(), Date.now());
	try {
		localStorage.setItem(KEY, JSON.stringify(visits));
	} catch {
		// storage is closed: then nothing is ever marked as new
	}
	return visits.before;
}

// A moment is an hour or a day long: new when its end lies after the visit.
export function isNewSince(moment: Moment, visit: number | null): boolean {
	return visit !== null && Date.parse(moment) + (isDay(moment) ? DAY_MS : HOUR_MS) > visit;
}
