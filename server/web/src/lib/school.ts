// SPDX-License-Identifier: Apache-2.0
// What a school sees to itself, as the API tells it: duties, documents, breaches.
import type { Severity } from './types';

export const ANSWERS = ['as-wanted', 'not-locked', 'otherwise', 'not-offered', 'not-seen', 'exempted'] as const;
export const PROVIDERS = ['bigbluebutton', 'google-meet', 'jitsi', 'teams', 'webex', 'zoom', 'other'] as const;
export const DUTY_STATES = ['fail', 'unknown', 'exempt', 'pass', 'na'] as const;
export type DutyState = (typeof DUTY_STATES)[number];

export interface Duty {
	control: string;
	provider: string; // '' is the school's own
	severity: Severity;
	state: DutyState;
	reason: string;
	answer?: string;
	note?: string;
	who?: string;
	at?: string; // a day
	until?: string;
}

export interface Duties {
	duties: Duty[];
	providers: string; // "jitsi,zoom", "none", "" while nobody has said
	counts: Record<DutyState, number>;
}

export interface Bundle {
	name: string;
	where: string;
	settings: { control: string; field: string; value: unknown }[];
}

const BUNDLE = 'conf.default-settings-bundle';
const HAS_BUNDLE = ['bigbluebutton', 'jitsi', 'teams', 'zoom'];
// Of the school's own, what the server cannot always see itself
const OWN_ASKED = ['server.encrypted-at-rest', 'server.no-ip-logs'];
const OWN_ANSWERS: readonly string[] = ['as-wanted', 'otherwise', 'not-seen'];
const MAY_EXEMPT = ['conf.attention-tracking-off', 'conf.transcript-off', 'conf.unneeded-features-off'];
const SEEN = ['encrypted', 'plain'];

export function hasBundle(provider: string): boolean {
	return HAS_BUNDLE.includes(provider);
}

// Which answers people may give on a row; none where the server knows, or makes it of others.
export function answersOf(duty: Duty): readonly string[] {
	if (duty.provider === '') {
		return OWN_ASKED.includes(duty.control) && !SEEN.includes(duty.reason) ? OWN_ANSWERS : [];
	}
	return duty.control === BUNDLE ? [] : ANSWERS.filter((word) => word !== 'exempted' || MAY_EXEMPT.includes(duty.control));
}

export interface DutyGroup {
	provider: string;
	duties: Duty[];
}

// The school's own first, then each meeting service; what needs somebody stands first in each.
export function dutyGroups(duties: Duty[]): DutyGroup[] {
	const own = duties.filter((duty) => duty.provider === '' && !duty.control.startsWith('conf.'));
	const rest = duties.filter((duty) => !own.includes(duty));
	const providers = [...new Set(rest.map((duty) => duty.provider))];
	const groups = [{ provider: '', duties: own }, ...providers.map((provider) => (
		{ provider: provider === '' ? 'none' : provider, duties: rest.filter((duty) => duty.provider === provider) }))];
	const rank = (duty: Duty): number => DUTY_STATES.indexOf(duty.state);
	return groups.filter((group) => group.duties.length > 0).map((group) => (
		{ ...group, duties: [...group.duties].sort((a, b) => rank(a) - rank(b) || a.control.localeCompare(b.control)) }));
}

export interface Documents {
	documents: string[];
	languages: string[];
}

// Who a document is for; what the server has beside these stands with the school's own.
const FOR: Record<string, string[]> = {
	families: ['privacy-notice', 'pupil-parent-guide', 'exemption-notice', 'rights-process', 'public-place', 'limits'],
	trouble: ['incident-playbook', 'lost-account', 'lost-device'],
};

export function documentGroups(names: string[]): { name: string; documents: string[] }[] {
	const listed = (name: string): string[] => (FOR[name] ?? []).filter((one) => names.includes(one));
	const taken = Object.values(FOR).flat();
	return [
		{ name: 'families', documents: listed('families') },
		{ name: 'school', documents: names.filter((one) => !taken.includes(one)) },
		{ name: 'trouble', documents: listed('trouble') },
	].filter((group) => group.documents.length > 0);
}

// A document as lines of few shapes (server/documents.h); nothing in it is markup.
export interface Block {
	shape: 'h1' | 'h2' | 'ul' | 'ol' | 'p';
	lines: string[];
}

const SHAPES: [RegExp, Block['shape']][] = [[/^# /, 'h1'], [/^## /, 'h2'], [/^- /, 'ul'], [/^[1-9]\. /, 'ol']];

export function blocksOf(text: string): Block[] {
	const blocks: Block[] = [];
	let open: Block | null = null;
	for (const line of text.split('\n')) {
		const [mark, shape] = SHAPES.find(([known]) => known.test(line)) ?? [null, 'p' as const];
		const words = mark === null ? line : line.replace(mark, '');
		if (words === '') {
			open = open !== null && (open.shape === 'ul' || open.shape === 'ol') ? open : null;
		} else if (open !== null && open.shape === shape && (shape === 'ul' || shape === 'ol')) {
			open.lines.push(words);
		} else {
			open = { shape, lines: [words] };
			blocks.push(open);
		}
	}
	return blocks;
}

export const KINDS = ['lost-device', 'stolen-account', 'intrusion', 'recording', 'wrong-recipient', 'other'] as const;
export const STEPS = ['found', 'stopped', 'assessed', 'told-authority', 'need-not-tell', 'told-people', 'learnt', 'closed'] as const;
export const AUTHORITIES = ['ap', 'ico', 'pcpd', 'uodo'] as const;

export interface BreachHead {
	id: number;
	kind: string;
	happened: string;
	known: string;
	opened: string;
	who: string;
	told: string | null;
	closed: string | null;
	due: string;
	overdue: boolean;
	devices: number;
}

export interface Breaches {
	breaches: BreachHead[];
}

export interface Breach extends BreachHead {
	held: string[];
	entered: { device: string; encrypted: string }[];
	notes: { n: number; at: string; who: string; step: string; note: string }[];
}

export type Clock = 'closed' | 'told' | 'overdue' | 'running';

export function clockOf(breach: BreachHead): Clock {
	if (breach.closed !== null) {
		return 'closed';
	}
	return breach.told !== null ? 'told' : breach.overdue ? 'overdue' : 'running';
}

// A day and time as a date field has them, in the reader's zone, to an instant (RFC 3339).
export function instantOf(local: string): string {
	return new Date(local).toISOString().replace(/\.\d+Z$/, 'Z');
}

export function localOf(ms: number): string {
	return new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

// "staff-001, staff-002" or one on each line
export function labelsOf(text: string): string[] {
	return text.split(/[\s,;]+/).filter((word) => word !== '');
}
