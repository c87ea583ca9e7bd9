// SPDX-License-Identifier: Apache-2.0
// What to set in the administration of a meeting service, field by field.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useData } from '../lib/data';
import type { Bundle } from '../lib/school';
import { t } from '../lib/texts';
import { Await } from './notice';

const NEVER_MS = 600_000;

function valueText(value: unknown): string {
	if (typeof value === 'boolean') {
		return t(value ? 'console.duties.bundle.on' : 'console.duties.bundle.off');
	}
	return typeof value === 'string' ? value : JSON.stringify(value);
}

export function DutyBundle({ provider }: { provider: string }): VNode {
	const [open, setOpen] = useState(false);
	const data = useData<Bundle>(open ? `/providers/${provider}` : null, NEVER_MS);
	return (
		<details class="card bundle" onToggle={(event) => setOpen(event.currentTarget.open)}>
			<summary>{t('console.duties.bundle', { name: t(`console.provider.${provider}`) })}</summary>
			{open && (
				<Await data={data}>
					{(bundle) => (
						<>
							<p class="hint">{t('console.duties.bundle.where')} {bundle.where}</p>
							<table class="tight">
								<thead>
									<tr>
										<th scope="col">{t('console.duties.bundle.field')}</th>
										<th scope="col">{t('console.duties.bundle.value')}</th>
										<th scope="col">{t('console.duties.bundle.for')}</th>
									</tr>
								</thead>
								<tbody>
									{bundle.settings.map((row) => (
										<tr key={row.control + row.field}>
											<th scope="row"><code>{row.field}</code></th>
											<td>{valueText(row.value)}</td>
											<td>{t(`duty.${row.control}.title`)}</td>
										</tr>
									))}
								</tbody>
							</table>
						</>
					)}
				</Await>
			)}
		</details>
	);
}
