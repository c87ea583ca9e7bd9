// SPDX-License-Identifier: Apache-2.0
// Controls in their groups ("Updates", "Firewall", ...), worst first.
import { language, t } from './texts';
import type { Counts, Severity, State } from './types';

const severities: Severity[] = ['critical', 'high', 'medium', 'low', 'info'];
const states: State[] = ['fail', 'error', 'unknown', 'exempt', 'pass', 'na'];

interface Judged {
	id: string;
	severity: Severity;
}

// "disk.encrypted" has its page at /controls/disk/encrypted: a dot in an address would be a file's.
export function controlHref(id: string): string {
	return `/controls/${id.replace('.', '/')}`;
}

// A group is what its text says: two controls with the same words stand together.
export function groupOf(id: string): string {
	return t(`control.${id}.group`);
}

export function bySeverity(a: Judged, b: Judged): number {
	return severities.indexOf(a.severity) - severities.indexOf(b.severity) || a.id.localeCompare(b.id);
}

export function byState(a: Judged & { state: State }, b: Judged & { state: State }): number {
	return states.indexOf(a.state) - states.indexOf(b.state) || bySeverity(a, b);
}

export function byFailing(a: Judged & { counts: Counts }, b: Judged & { counts: Counts }): number {
	return b.counts.fail - a.counts.fail || bySeverity(a, b);
}

// Groups in the order of their first control, so that a group with a failing one comes first.
export function inGroups<T extends Judged>(sorted: T[]): { name: string; controls: T[] }[] {
	const groups = new Map<string, T[]>();
	for (const control of sorted) {
		const name = groupOf(control.id);
		groups.set(name, [...(groups.get(name) ?? []), control]);
	}
	return [...groups].map(([name, controls]) => ({ name, controls }));
}

export function compareTexts(a: string, b: string): number {
	return a.localeCompare(b, language);
}
