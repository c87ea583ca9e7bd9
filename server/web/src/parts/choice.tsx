// SPDX-License-Identifier: Apache-2.0
// Fields of longer forms: one of a few words, some of a few words, a day, a short text.
import type { VNode } from 'preact';

interface ChoiceProps {
	name: string;
	label: string;
	words: readonly string[];
	wordOf: (word: string) => string;
	hint?: string;
}

export function Choice({ name, label, words, wordOf, hint }: ChoiceProps): VNode {
	return (
		<div class="field">
			<label for={`field-${name}`}>{label}</label>
			<select id={`field-${name}`} name={name} {...(hint !== undefined && { 'aria-describedby': `hint-${name}` })}>
				{words.map((word) => <option key={word} value={word}>{wordOf(word)}</option>)}
			</select>
			{hint !== undefined && <p class="hint" id={`hint-${name}`}>{hint}</p>}
		</div>
	);
}

// The values come as "name:word".
export function Choices({ name, label, words, wordOf, hint }: ChoiceProps): VNode {
	return (
		<fieldset class="field choices">
			<legend>{label}</legend>
			{hint !== undefined && <p class="hint">{hint}</p>}
			{words.map((word) => (
				<label key={word} class="check">
					<input type="checkbox" name={`${name}:${word}`} /> {wordOf(word)}
				</label>
			))}
		</fieldset>
	);
}

export function chosen(values: Record<string, string>, name: string): string[] {
	return Object.keys(values).filter((key) => key.startsWith(`${name}:`)).map((key) => key.slice(name.length + 1));
}

interface InputProps {
	name: string;
	label: string;
	type?: 'date' | 'datetime-local' | 'text' | 'url' | 'number' | 'email';
	value?: string;
	min?: string;
	max?: string;
	hint?: string;
	pattern?: string;
	length?: number;
	must?: boolean;
	onInput?: (value: string) => void;
}

export function Input({ name, label, type = 'text', value, min, max, hint, pattern, length, must = true, onInput }: InputProps): VNode {
	const limits = {
		...(min !== undefined && { min }), ...(max !== undefined && { max }),
		...(pattern !== undefined && { pattern }), ...(length !== undefined && { maxLength: length }),
		...(value !== undefined && { defaultValue: value }), ...(must && { required: true }),
		...(hint !== undefined && { 'aria-describedby': `hint-${name}` }),
	};
	return (
		<div class="field">
			<label for={`field-${name}`}>{label}</label>
			<input id={`field-${name}`} name={name} type={type} autocomplete="off" spellcheck={false} {...limits}
				onInput={(event) => onInput?.(event.currentTarget.value)} />
			{hint !== undefined && <p class="hint" id={`hint-${name}`}>{hint}</p>}
		</div>
	);
}
