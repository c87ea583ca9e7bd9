// SPDX-License-Identifier: Apache-2.0
// The answers of the server's API, as server/openapi.json has them.
export const STATES = ['pass', 'exempt', 'na', 'unknown', 'error', 'fail'] as const;
export type State = (typeof STATES)[number];
export const DEVICE_STATES = ['failing', 'unknown', 'silent', 'passing'] as const;
export type DeviceState = (typeof DEVICE_STATES)[number];
export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'info';
export type Moment = string; // a full hour in RFC 3339, or the day alone for a private device
export type Counts = Record<State, number>;

export interface DeviceCounts {
	total: number;
	passing: number;
	failing: number;
	unknown: number;
	silent: number;
}

export interface FleetDay {
	day: string;
	passing: number;
	failing: number;
	unknown: number;
	silent: number;
}

export interface Fleet {
	generated: string;
	hidden?: true; // too few devices to tell one who may see none
	devices: DeviceCounts;
	worst: { id: string; severity: Severity; failing: number; mends: number }[];
	newly_failing: {
		device: string; label: string; control: string; reason: string; since: Moment;
	}[];
	newly_failing_total: number;
	silent: { device: string; label: string; heard: Moment | null }[];
	trend: FleetDay[];
}

export interface Device {
	id: string;
	label: string;
	group: string;
	ownership: 'school' | 'private';
	state: DeviceState;
	failing: number;
	unknown: number;
	worst: string | null;
	heard: Moment | null;
	enrolled: Moment;
	policy: number;
}

export interface Devices {
	devices: Device[];
	next: string | null;
	total: number;
}

export interface DeviceControl {
	id: string;
	severity: Severity;
	state: State;
	reason: string;
	since: Moment;
	answered: Moment;
}

export interface DeviceDetail {
	device: Device;
	policy: { name: string; held: number; current: number };
	controls: DeviceControl[];
	history: { control: string; at: Moment; state: State; reason: string }[];
}

export interface Control {
	id: string;
	severity: Severity;
	counts: Counts;
}

export interface ControlDetail extends Control {
	failing: { device: string; group: string; label: string; reason: string; since: Moment }[];
	groups: { group: string; failing: number; total: number }[];
	trend: { day: string; pass: number; fail: number; unknown: number }[];
}

export const ROLES = ['viewer', 'technician', 'privacy-officer', 'administrator'] as const;
export type Role = (typeof ROLES)[number];
export interface Grant {
	group: string; // '' is everywhere
	role: Role;
}
export type Right =
	| 'own' | 'totals' | 'devices' | 'groups' | 'enrol' | 'exempt-ask' | 'exempt-decide' | 'policy-read'
	| 'policy-write' | 'personal' | 'retention' | 'settings-read' | 'settings-write' | 'audit' | 'accounts'
	| 'attest' | 'breach';

export type Session =
	| {
		signed_in: true; name: string; grants: Grant[]; rights: Right[]; expires: string;
		second_factor: 'on' | 'off' | 'wanted'; // wanted: nothing else may be done before
	}
	| { signed_in: false; setup: boolean };

export interface NeedsFactor {
	signed_in: false;
	factors: string[];
}

export interface TotpSecret {
	secret: string;
	uri: string;
}

export interface RecoveryCodes {
	codes: string[];
}

export interface Account {
	name: string;
	second_factor: boolean;
	codes_left: number;
	grants: Grant[];
}

export interface Accounts {
	accounts: Account[];
}

export interface Link {
	link: string;
	expires: string;
}

export interface ApiTokens {
	tokens: { id: string; account: string; name: string; group: string; role: Role; made: string; expires: string }[];
}

export interface MadeToken {
	id: string;
	token: string;
	expires: string;
}

export interface AuditRow {
	n: number;
	at: string;
	who: string;
	action: string;
	object: string;
	hash: string;
}

export interface Audit {
	rows: AuditRow[];
	next: number | null;
}

export interface AuditChain {
	rows: number;
	broken: number; // 0: each row follows from the one before
	head: string;
}

export interface Codes {
	codes: {
		id: string; ownership: 'school' | 'private'; group: string; uses: number; uses_left: number;
		made: string; expires: string; state: 'open' | 'used' | 'expired';
	}[];
}

export interface MadeCode {
	id: string;
	code: string;
	expires: string;
}

export const GROUP_KINDS = ['school', 'class', 'staff', 'loan'] as const;
export interface GroupCounts {
	group: string;
	kind: '' | (typeof GROUP_KINDS)[number];
	devices: number | null; // null: hidden from who may see no device
	passing: number | null;
	failing: number | null;
	unknown: number | null;
	silent: number | null;
}

export interface Groups {
	groups: GroupCounts[];
}
