// SPDX-License-Identifier: Apache-2.0
// A share over time: a line on paper-like ground, a caption under the pointer, and the same as a table.
import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { shortDate } from '../lib/dates';
import { formatPercent, locale, t } from '../lib/texts';

export interface PlotDay {
	day: string;
	part: number;
	whole: number;
}

const HEIGHT = 190;

function colours(): { line: string; fill: string; grid: string; text: string } {
	const style = getComputedStyle(document.documentElement);
	const get = (name: string): string => style.getPropertyValue(name).trim();
	return { line: get('--accent'), fill: get('--accent-wash'), grid: get('--line'), text: get('--ink-2') };
}

function percent(value: number): string {
	return new Intl.NumberFormat(locale, { style: 'percent' }).format(value);
}

function options(width: number, onPoint: (index: number | null) => void): uPlot.Options {
	const ink = colours();
	const font = `12px ${getComputedStyle(document.body).fontFamily}`;
	const axis = { stroke: ink.text, font, ticks: { show: false } };
	return {
		width,
		height: HEIGHT,
		padding: [10, 12, 0, 0],
		legend: { show: false },
		cursor: { y: false, drag: { setScale: false, x: false, y: false }, points: { size: 9 } },
		tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
		scales: { x: { time: true }, y: { range: [0, 1] } },
		axes: [
			{
				...axis, size: 30, grid: { show: false }, space: 72,
				values: (_plot, ticks) => ticks.map((s) => shortDate(new Date(s * 1000).toISOString().slice(0, 10))),
			},
			{
				...axis, size: 50, grid: { stroke: ink.grid, width: 1 },
				splits: () => [0, 0.25, 0.5, 0.75, 1],
				values: (_plot, ticks) => ticks.map(percent),
			},
		],
		series: [{}, {
			stroke: ink.line, fill: ink.fill, width: 2.5, spanGaps: true, points: { show: false },
		}],
		hooks: { setCursor: [(plot) => onPoint(plot.cursor.idx ?? null)] },
	};
}

function Table({ days }: { days: PlotDay[] }): VNode {
	return (
		<details class="plot-table">
			<summary>{t('console.plot.table')}</summary>
			<table class="tight">
				<thead><tr><th scope="col">{t('console.plot.day')}</th><th scope="col" class="number">{t('console.plot.share')}</th></tr></thead>
				<tbody>
					{[...days].reverse().map((day) => (
						<tr key={day.day}>
							<th scope="row">{shortDate(day.day)}</th>
							<td class="number">{formatPercent(day.part, day.whole)}</td>
						</tr>
					))}
				</tbody>
			</table>
		</details>
	);
}

export function Plot({ days, label }: { days: PlotDay[]; label: string }): VNode {
	const box = useRef<HTMLDivElement>(null);
	const [point, setPoint] = useState<number | null>(null);
	const last = days.length - 1;

	useEffect(() => {
		const host = box.current;
		if (!host || days.length < 2) {
			return;
		}
		const values: uPlot.AlignedData = [
			days.map((day) => Date.parse(day.day) / 1000),
			days.map((day) => (day.whole === 0 ? null : day.part / day.whole)),
		];
		let plot: uPlot | undefined;
		const draw = (): void => {
			plot?.destroy();
			plot = new uPlot(options(host.clientWidth, setPoint), values, host);
		};
		const dark = window.matchMedia('(prefers-color-scheme: dark)');
		const size = new ResizeObserver(() => plot?.setSize({ width: host.clientWidth, height: HEIGHT }));
		draw();
		size.observe(host);
		dark.addEventListener('change', draw);
		return () => {
			dark.removeEventListener('change', draw);
			size.disconnect();
			plot?.destroy();
		};
	}, [days]);

	const first = days[0];
	const shown = days[point ?? last];
	if (first === undefined || shown === undefined || last < 1) {
		return <p class="faint plot-none">{t('console.plot.none')}</p>;
	}
	const caption = t('console.plot.point', {
		day: shortDate(shown.day), share: formatPercent(shown.part, shown.whole), part: shown.part, whole: shown.whole,
	});
	const summary = t('console.plot.summary', {
		label, first: formatPercent(first.part, first.whole), from: shortDate(first.day),
		last: formatPercent(days[last]!.part, days[last]!.whole), to: shortDate(days[last]!.day),
	});
	return (
		<figure class="plot">
			<figcaption>{caption}</figcaption>
			<div class="plot-box" ref={box} role="img" aria-label={summary} />
			<Table days={days} />
		</figure>
	);
}
