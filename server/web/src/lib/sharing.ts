// SPDX-License-Identifier: Apache-2.0
// What a school asks for otherwise than the package, as a file for another school: which controls, how severe,
// by which numbers, how much of each client. No text of the school's own goes into it (origins, names, addresses).
import type { PolicyEdit, Tier } from './decisions';
import type { Severity } from './types';

const KIND = 'caretaker-settings';
const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'];
const TIERS = ['off', 'base', 'strict'];

interface Known {
	controls: { id: string }[];
	clients: { id: string }[];
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mayGo(name: string, value: unknown): boolean {
	return typeof value === 'boolean' || Number.isSafeInteger(value) || (name === 'severity' && SEVERITIES.includes(value as Severity));
}

function members(control: unknown): [string, unknown][] {
	return isObject(control) ? Object.entries(control).filter(([name, value]) => mayGo(name, value)) : [];
}

// Of anything that looks like an edit, what may be shared and what this policy knows
export function scrubbed(edit: unknown, known: Known): PolicyEdit {
	const { controls, clients } = isObject(edit) ? edit : {};
	const kept: PolicyEdit = {};
	const rows = known.controls.map(({ id }) => [id, members(isObject(controls) ? controls[id] : null)] as const).filter(([, row]) => row.length > 0);
	const tiers = known.clients.map(({ id }) => [id, isObject(clients) ? clients[id] : null] as const).filter(([, tier]) => TIERS.includes(tier as Tier));
	if (rows.length > 0) {
		kept.controls = Object.fromEntries(rows.map(([id, row]) => [id, Object.fromEntries(row)]));
	}
	if (tiers.length > 0) {
		kept.clients = Object.fromEntries(tiers) as Record<string, Tier>;
	}
	return kept;
}

export function sharedText(edit: PolicyEdit, known: Known): string {
	return `${JSON.stringify({ format: 1, kind: KIND, ...scrubbed(edit, known) }, null, 2)}\n`;
}

// null: no such file
export function sharedEdit(text: string, known: Known): PolicyEdit | null {
	try {
		const read: unknown = JSON.parse(text);
		return isObject(read) && read.kind === KIND && read.format === 1 ? scrubbed(read, known) : null;
	} catch {
		return null;
	}
}
