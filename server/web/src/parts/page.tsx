// SPDX-License-Identifier: Apache-2.0
// The frame of a page: its title in the tab and as the heading, which takes the focus on arrival.
import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../lib/texts';

let arrived = false; // the first page leaves the focus where the browser put it

interface PageProps {
	title: string;
	lead?: ComponentChildren;
	above?: ComponentChildren;
	aside?: ComponentChildren;
	narrow?: boolean;
	children?: ComponentChildren;
}

export function Page({ title, lead, above, aside, narrow, children }: PageProps): VNode {
	const heading = useRef<HTMLHeadingElement>(null);
	useEffect(() => {
		document.title = t('console.tab', { title });
	}, [title]);
	useEffect(() => {
		if (arrived) {
			heading.current?.focus({ preventScroll: true });
		}
		arrived = true;
	}, []);
	return (
		<div class={narrow ? 'page narrow' : 'page'}>
			<header class="page-head">
				<div>
					{above}
					<h1 ref={heading} tabIndex={-1}>{title}</h1>
					{lead !== undefined && <div class="lead">{lead}</div>}
				</div>
				{aside}
			</header>
			{children}
		</div>
	);
}
