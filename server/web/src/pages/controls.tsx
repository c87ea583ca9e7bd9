// SPDX-License-Identifier: Apache-2.0
// Everything that is asked of the devices, and how it stands.
import type { VNode } from 'preact';
import { byFailing, controlHref, inGroups } from '../lib/control-groups';
import { useData } from '../lib/data';
import { richn, t } from '../lib/texts';
import type { Control } from '../lib/types';
import { controlParts } from '../parts/control-parts';
import { Await } from '../parts/notice';
import { Page } from '../parts/page';
import { Bar, StateLegend } from '../parts/state-bar';

const EVERY_MS = 20_000;

function Row({ control }: { control: Control }): VNode {
	const parts = controlParts(control);
	return (
		<tr>
			<th scope="row"><a class="row-link" href={controlHref(control.id)}>{t(`control.${control.id}.title`)}</a></th>
			<td>
				{control.counts.fail === 0
					? <span class="faint">{t('console.controls.no-failing')}</span>
					: <a href={`/devices?control=${control.id}`}>{richn('console.controls.failing', control.counts.fail, {})}</a>}
			</td>
			<td class="cell-bar"><Bar parts={parts} /></td>
		</tr>
	);
}

export function ControlsPage(): VNode {
	const data = useData<{ controls: Control[] }>('/controls', EVERY_MS);
	return (
		<Page title={t('console.controls')} lead={<p>{t('console.controls.lead')}</p>}>
			<Await data={data}>
				{({ controls }) => (
					<>
						{controls.length > 0 && <StateLegend />}
						{controls.length === 0 && <p class="card none">{t('console.controls.none')}</p>}
						{inGroups([...controls].sort(byFailing)).map((group) => (
							<table key={group.name} class="table controls">
								<caption>{group.name}</caption>
								<thead class="visually-hidden">
									<tr>
										<th scope="col">{t('console.controls.control')}</th>
										<th scope="col">{t('state.fail')}</th>
										<th scope="col">{t('console.controls.states')}</th>
									</tr>
								</thead>
								<tbody>{group.controls.map((control) => <Row key={control.id} control={control} />)}</tbody>
							</table>
						))}
					</>
				)}
			</Await>
		</Page>
	);
}
