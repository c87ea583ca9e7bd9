// SPDX-License-Identifier: Apache-2.0
// What a school decides, as the API tells it, and the closed words of an exemption.
import type { DeviceState, Severity } from './types';

export const WORDS = {
	asked_by: ['teacher', 'support-staff', 'it', 'school-leader', 'data-protection-officer'],
	approved_by: ['data-protection-officer', 'school-leader', 'it'],
	feature: ['recording', 'camera', 'microphone', 'screen-capture'],
	purpose: ['lesson-for-absent', 'accessibility', 'assessment', 'teacher-training', 'own-practice', 'equipment'],
	persons: ['pupils', 'staff', 'parents', 'guests', 'family'],
	considered: ['live-only', 'materials-only', 'teacher-only', 'written-notes', 'none-would-do'],
	basis: ['public-task', 'consent', 'legal-obligation', 'contract', 'legitimate-interest'],
	consent: ['not-needed', 'given'],
	declining: ['nothing', 'other-form', 'repeat-later'],
	taking_part: ['voluntary', 'required'],
	pupils_reason: ['accessibility', 'assessment'],
} as const;

export interface Terms {
	feature?: string;
	controls?: string[];
	asked_by: string;
	purpose: string;
	persons: string[];
	considered: string[];
	basis: string;
	notice: string;
	noticed: string;
	start: string;
	end: string;
	delete_by: string;
	pupils_visible: boolean;
}

export type Phase = 'requested' | 'seconded' | 'waiting' | 'running' | 'ended' | 'refused' | 'lapsed';

export interface Exemption {
	id: number;
	phase: Phase;
	group: string;
	terms: Terms;
	start: string;
	end: string;
	requested: string;
	requester: string;
	approver: string;
	approver_role: string;
	second: string;
	second_role: string;
	ended: string | null;
	devices: number;
	holding: number;
}

export interface Exemptions {
	exemptions: Exemption[];
	notice_days: number;
}

export type Tier = 'off' | 'base' | 'strict';

export interface PolicyEdit {
	controls?: Record<string, { on?: boolean; severity?: Severity }>;
	clients?: Record<string, Tier>;
}

interface Asked {
	on: boolean;
	severity: Severity;
}

export interface Policy {
	ownership: 'school' | 'private';
	group: string;
	own: boolean;
	version: number;
	published: boolean;
	waits: boolean;
	edit: PolicyEdit;
	controls: { id: string; asked: Asked; package: Asked }[];
	clients: { id: string; asked: { tier: Tier }; package: { tier: Tier } }[];
	versions: { version: number; at: string | null; who: string; changes: number; published: boolean }[];
	groups: { group: string; devices: number; own: boolean }[];
	reaches: number;
	holding: number;
}

export interface PolicyPreview {
	reaches: number;
	changed: number;
	devices: { device: string; label: string; from: DeviceState; to: DeviceState }[];
	off: { id: string; failing: number; passing: number; unknown: number }[];
	on: string[];
	otherwise: string[];
	clients: { id: string; from: Tier; to: Tier }[];
}

// The controls that a feature, being on, has fail: what common/exemption-words.c says.
const COVERED: Record<string, string[]> = {
	camera: ['conf.camera-mic-gate'],
	microphone: ['conf.camera-mic-gate'],
	recording: ['conf.local-recording-off', 'rec.present', 'rec.screen-recorders'],
	'screen-capture': ['conf.screen-capture-gate'],
};

export function covers(exemption: Exemption, control: string): boolean {
	const { feature, controls } = exemption.terms;
	return (feature !== undefined ? COVERED[feature] : controls)?.includes(control) ?? false;
}

// Days from now as a date field has them.
export function dayFrom(now: number, days: number): string {
	return new Date(now + days * 86_400_000).toISOString().slice(0, 10);
}

// The first day on which it may start: so many school days (Monday to Friday) after the notice.
export function earliestStart(noticed: string, schoolDays: number): string {
	let at = Date.parse(noticed);
	for (let left = schoolDays; left > 0;) {
		at += 86_400_000;
		const weekday = new Date(at).getUTCDay();
		left -= weekday !== 0 && weekday !== 6 ? 1 : 0;
	}
	return dayFrom(at, 0);
}

// What an edit names beside what the package has: nothing that is the same.
export function editedControl(
	edit: PolicyEdit, id: string, before: Asked, change: Partial<Asked>,
): PolicyEdit {
	const { [id]: old, ...others } = edit.controls ?? {};
	const next = { ...old, ...change };
	if (next.on === before.on) {
		delete next.on;
	}
	if (next.severity === before.severity) {
		delete next.severity;
	}
	return { ...edit, controls: Object.keys(next).length > 0 ? { ...others, [id]: next } : others };
}

export function editedClient(edit: PolicyEdit, id: string, before: Tier, tier: Tier): PolicyEdit {
	const { [id]: _old, ...others } = edit.clients ?? {};
	return { ...edit, clients: tier === before ? others : { ...others, [id]: tier } };
}

export function countEdits(edit: PolicyEdit): number {
	return Object.keys(edit.controls ?? {}).length + Object.keys(edit.clients ?? {}).length;
}

export function sameEdit(a: PolicyEdit, b: PolicyEdit): boolean {
	const sorted = (value: unknown): unknown => (value !== null && typeof value === 'object'
		? Object.entries(value).sort(([x], [y]) => (x < y ? -1 : 1)).map(([key, item]) => [key, sorted(item)])
		: value);
	const plain = (edit: PolicyEdit): string => JSON.stringify(sorted({ controls: edit.controls ?? {}, clients: edit.clients ?? {} }));
	return plain(a) === plain(b);
}
