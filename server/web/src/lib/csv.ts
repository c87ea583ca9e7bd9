// SPDX-License-Identifier: Apache-2.0
// A list as CSV (RFC 4180), every page of it.
import { request } from './api';
import type { Device, Devices } from './types';

const PAGES_MAX = 400; // 20,000 devices
const COLUMNS = ['id', 'label', 'group', 'ownership', 'state', 'failing', 'unknown', 'worst', 'heard', 'enrolled', 'policy'] as const;

// A spreadsheet runs a cell that begins like a formula: such a one is told to be text.
export function csvCell(value: string | number | null): string {
	const text = value === null ? '' : String(value);
	const safe = /^[=+\-@\t\r]/.test(text) && typeof value !== 'number' ? `'${text}` : text;
	return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function tableCsv<T>(columns: readonly (keyof T & string)[], rows: T[]): string {
	const lines = rows.map((row) => columns.map((column) => csvCell((row[column] ?? null) as string | number | null)).join(','));
	return `${[columns.join(','), ...lines].join('\r\n')}\r\n`;
}

export function csvOf(devices: Device[]): string {
	return tableCsv(COLUMNS, devices);
}

// path: a list of devices as GET /devices takes it, without a cursor.
export async function allDevices(path: string): Promise<Device[]> {
	const address = new URL(path, location.origin);
	const devices: Device[] = [];
	for (let page = 0; page < PAGES_MAX; page++) {
		const list = await request('GET', address.pathname + address.search) as Devices;
		devices.push(...list.devices);
		if (list.next === null) {
			break;
		}
		address.searchParams.set('cursor', list.next);
	}
	return devices;
}

export function offerFile(name: string, text: string): void {
	const type = name.endsWith('.html') ? 'text/html' : name.endsWith('.json') ? 'application/json' : 'text/csv';
	const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
	const link = document.createElement('a');
	link.href = url;
	link.download = name;
	link.click();
	URL.revokeObjectURL(url);
}
