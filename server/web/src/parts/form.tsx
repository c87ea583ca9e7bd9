// SPDX-License-Identifier: Apache-2.0
// A short form: labelled fields, one action, and one place where its trouble is said.
import type { ComponentChildren, JSX, VNode } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { troubleIn, type Trouble } from '../lib/api';
import { t } from '../lib/texts';

interface FieldProps {
	name: string;
	label: string;
	complete?: 'username' | 'current-password' | 'new-password' | 'one-time-code';
	max: number;
	min?: number;
	pattern?: string;
	hint?: string;
	optional?: boolean;
	numeric?: boolean;
	value?: string;
	focus?: boolean; // it came into being by what the person just did
}

export function Field(props: FieldProps): VNode {
	const { name, label, complete, max, min, pattern, hint } = props;
	const [shown, setShown] = useState(false);
	const id = useId();
	const input = useRef<HTMLInputElement>(null);
	useEffect(() => {
		if (props.focus === true) {
			input.current?.focus();
		}
	}, [props.focus]);
	const secret = complete === 'current-password' || complete === 'new-password';
	const limits = { ...(min !== undefined && { minLength: min }), ...(pattern !== undefined && { pattern }) };
	return (
		<div class="field">
			<label for={id}>{label}</label>
			<div class="field-row">
				<input ref={input} id={id} name={name} type={secret && !shown ? 'password' : 'text'}
					autocomplete={complete ?? 'off'} required={props.optional !== true} maxLength={max} {...limits}
					autocapitalize="off" spellcheck={false} {...(props.numeric === true && { inputMode: 'numeric' as const })}
					{...(props.value !== undefined && { defaultValue: props.value })}
					{...(hint !== undefined && { 'aria-describedby': `${id}-hint` })} />
				{secret && (
					<button type="button" class="button quiet" aria-pressed={shown} onClick={() => setShown(!shown)}>
						{t('console.password.show')}
					</button>
				)}
			</div>
			{hint !== undefined && <p class="hint" id={`${id}-hint`}>{hint}</p>}
		</div>
	);
}

// A language in its own words
export function languageName(tag: string): string {
	return new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag;
}

interface ChoiceProps {
	name: string;
	label: string;
	options: [value: string, text: string][];
	hint?: string;
	onChoice?: (value: string) => void;
}

export function Choice({ name, label, options, hint, onChoice }: ChoiceProps): VNode {
	const id = useId();
	return (
		<div class="field">
			<label for={id}>{label}</label>
			<select id={id} name={name} onChange={(event) => onChoice?.(event.currentTarget.value)}
				{...(hint !== undefined && { 'aria-describedby': `${id}-hint` })}>
				{options.map(([value, text]) => <option key={value} value={value}>{text}</option>)}
			</select>
			{hint !== undefined && <p class="hint" id={`${id}-hint`}>{hint}</p>}
		</div>
	);
}

interface FormProps {
	action: string;
	texts: Partial<Record<Trouble, string>>; // where the general sentence would not help
	onSubmit: (values: Record<string, string>) => Promise<void>;
	children: ComponentChildren;
}

export function Form({ action, texts, onSubmit, children }: FormProps): VNode {
	const [busy, setBusy] = useState(false);
	const [trouble, setTrouble] = useState<Trouble | null>(null);
	const alert = useRef<HTMLParagraphElement>(null);
	useEffect(() => alert.current?.focus(), [trouble]);

	const submit = async (event: JSX.TargetedSubmitEvent<HTMLFormElement>): Promise<void> => {
		event.preventDefault();
		if (busy) {
			return;
		}
		const entries = [...new FormData(event.currentTarget)].map(([name, value]) => [name, String(value)]);
		setBusy(true);
		setTrouble(null);
		try {
			await onSubmit(Object.fromEntries(entries) as Record<string, string>);
		} catch (error) {
			setTrouble(troubleIn(error));
		}
		setBusy(false);
	};
	return (
		<form class="form" method="post" onSubmit={(event) => void submit(event)}>
			{trouble !== null && (
				<p class="form-trouble" role="alert" tabIndex={-1} ref={alert}>
					{t(texts[trouble] ?? `console.trouble.${trouble}.todo`)}
				</p>
			)}
			{children}
			<p><button type="submit" class="button main" aria-disabled={busy}>{action}</button></p>
		</form>
	);
}
