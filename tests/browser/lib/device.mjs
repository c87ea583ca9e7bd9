// SPDX-License-Identifier: Apache-2.0
// A device as the server meets it: a P-256 key, an enrolment and reports signed with ES256 by
// another implementation than the server's own.
import { generateKeyPairSync, sign } from 'node:crypto';

function canonical(value) {
	if (Array.isArray(value)) {
		return `[${value.map(canonical).join(',')}]`;
	}
	if (value !== null && typeof value === 'object') {
		const members = Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
		return `{${members.join(',')}}`;
	}
	return JSON.stringify(value);
}

function encode(value) {
	return Buffer.from(canonical(value)).toString('base64url');
}

export class Device {
	#key;
	#sequence = 0;

	// code: what "caretaker-server token" printed.
	static async enrol(server, code) {
		const device = new Device();
		const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
		const terms = JSON.parse(Buffer.from(code.slice('caretaker1.'.length), 'base64url'));
		const { crv, kty, x, y } = publicKey.export({ format: 'jwk' });
		device.#key = privateKey;
		device.server = server;
		const jws = device.#sign({ alg: 'ES256', jwk: { crv, kty, x, y }, typ: 'caretaker-enrol' }, { format: 1, token: terms.token });
		const answer = await server.post('/enrol', 'application/jose', jws);
		if (answer.status !== 201) {
			throw new Error(`enrolment was answered with ${answer.status}: ${answer.body}`);
		}
		const { device: id, policy } = JSON.parse(answer.body);
		device.id = id;
		device.policy = JSON.parse(Buffer.from(policy.split('.')[1], 'base64url'));
		return device;
	}

	#sign(header, payload) {
		const text = `${encode(header)}.${encode(payload)}`;
		const signature = sign('sha256', Buffer.from(text), { key: this.#key, dsaEncoding: 'ieee-p1363' });
		return `${text}.${signature.toString('base64url')}`;
	}

	// controls: {id: [state, reason, age in the report's unit]}
	async report(controls, { unit = 'hours', kind = 'full' } = {}) {
		this.#sequence += 1;
		const payload = {
			controls: Object.entries(controls).sort(([a], [b]) => (a < b ? -1 : 1))
				.map(([id, [state, reason, age]]) => ({ age, id, reason, state })),
			device: this.id, format: 1, kind, policy: this.policy.version, sequence: this.#sequence, unit,
		};
		const jws = this.#sign({ alg: 'ES256', kid: this.id, typ: 'caretaker-report' }, payload);
		const answer = await this.server.post('/reports', 'application/jose', jws);
		if (answer.status !== 200) {
			throw new Error(`a report was answered with ${answer.status}: ${answer.body}`);
		}
		return JSON.parse(answer.body);
	}
}
