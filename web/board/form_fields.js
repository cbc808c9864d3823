// The fields of a form that edits an item, each for one of its members. A field gives back the stored value as it was
// unless the person changed what is shown of it: so what is of an unexpected shape stays as it is until somebody
// decides otherwise. What others do to the member meanwhile is taken over, or told where the person changed it as well.

import { dayOf, dayShown, dayText } from './dates.js';
import { field } from './dialog.js';
import { button, element, icon } from './dom.js';
import { texts } from './language.js';
import { same } from './merge.js';
import { textOf } from './plan.js';
import { memberName } from './terms.js';

const t = texts({
    required: ['请填写此项', 'This is required'],
    choose: ['请选择一项', 'Choose one'],
    noDate: ['日期不完整或不存在', 'This is not a complete, existing date'],
    oddYear: ['请检查年份', 'Check the year'],
    endFirst: ['结束日期早于开始日期', 'The end is before the start'],
    percent: ['请填写 0 到 100 之间的数', 'A number from 0 to 100 is needed'],
    slider: ['进度（滑块）', 'Progress (slider)'],
    odd: [(value) => `文档中的内容无法在此显示，不改动则原样保留：${value}`,
        (value) => `The document has something else here, kept unless you enter a value: ${value}`],
    updated: ['刚刚被他人修改', 'Just changed by others'],
    changed: [(value) => `他人已改为“${value}”`, (value) => `Others changed this to “${value}”`],
    emptied: ['他人已清空此项', 'Others emptied this'],
    take: ['采用', 'Use theirs'],
});

const longestShown = 120; // characters of a value in a note
let made = 0;

// What the kinds of fields have in common. They have to provide entryOf(stored), the text in the control for a stored
// value, and value(), what is to be stored for what is in it.
export class Field {
    base;                   // the member as the document has it
    onchange = () => {};    // called when something else is in the control, whoever did it
    #shown;                 // the value that the control was last set from,
    #initial;               // and what was in the control then
    #isNeeded = false;
    #hasError = false;
    #notes = new Map();
    #notesNode = element('div', { class: 'field-notes', id: `notes-${++made}`, 'aria-live': 'polite' });

    constructor(member, control, node) {
        this.member = member;
        this.control = control;
        this.node = node;
        node.append(this.#notesNode);
        control.setAttribute('aria-describedby', this.#notesNode.id);
        node.addEventListener('input', () => this.#entryChanged());
    }

    get entered() {
        return this.control.value;
    }

    set entered(text) {
        this.control.value = text;
    }

    show(stored) {
        this.base = this.#shown = stored;
        this.entered = this.entryOf(stored);
        // Controls change what they are given: line ends, for example.
        this.#initial = this.entered;
        this.noteSet('others', null);
        const isHidden = stored !== undefined && stored !== null && stored !== '' && this.entryOf(stored) === '';
        this.noteSet('odd', isHidden ? [t('odd', shortened(textOf(stored) || JSON.stringify(stored)))] : null);
        this.recheck();
        this.onchange();
    }

    // What to store.
    written() {
        return this.entered === this.#initial ? this.#shown : this.value();
    }

    get isTouched() {
        return !same(this.written(), this.base);
    }

    // The document has another value now.
    arrive(stored) {
        if (same(stored, this.base))
            return;
        const isTouched = this.isTouched;
        this.base = stored;
        if (isTouched && this.isTouched) {
            this.#othersShow(stored);
            return;
        }
        this.show(stored);
        if (!isTouched)
            this.noteSet('others', [t('updated')]);
    }

    #othersShow(stored) {
        const text = this.describe(stored);
        this.noteSet('others', [text === '' ? t('emptied') : t('changed', shortened(text)), ' ',
            button({ text: t('take'), class: 'quiet' }, () => {
                this.show(stored);
                this.control.focus();
                this.announce();
            })]);
    }

    // A stored value in words.
    describe(stored) {
        return this.entryOf(stored) || textOf(stored);
    }

    // What is wrong, in words, or null. Subclasses are told whether the value is needed: one that nobody touched may be
    // as wrong as it was.
    problem() {
        return null;
    }

    // Shows what is wrong. -> the control to go to, or null.
    check(isNeeded) {
        this.#isNeeded = isNeeded;
        const text = this.problem(isNeeded || this.isTouched);
        this.#hasError = text !== null;
        this.noteSet('error', text === null ? null : [icon('warning'), text]);
        this.control.setAttribute('aria-invalid', String(this.#hasError));
        return this.#hasError ? this.control : null;
    }

    // Looks again at what was wrong.
    recheck() {
        if (this.#hasError)
            this.check(this.#isNeeded);
    }

    #entryChanged() {
        this.onchange();
        this.recheck();
        if (!this.isTouched || this.#notes.get('others')?.querySelector('button') === null)
            this.noteSet('others', null);
    }

    // Changes that are no typing are told like typing.
    announce() {
        this.node.dispatchEvent(new Event('input', { bubbles: true }));
    }

    noteSet(kind, content) {
        if (content === null && !this.#notes.has(kind))
            return;
        this.#notes.get(kind)?.remove();
        this.#notes.delete(kind);
        if (content === null)
            return;
        const note = element('p', { class: 'field-note', dataset: { kind } }, content);
        this.#notes.set(kind, note);
        this.#notesNode.append(note);
    }
}

export class TextField extends Field {
    #isRequired;
    #isLong;

    // A `bareLabel` is not shown, for the column of a table says the same. `suggestions` are texts.
    constructor(member, options = {}) {
        const { isRequired = false, isLong = false, bareLabel = null, suggestions = [], ...attributes } = options;
        const control = element(isLong ? 'textarea' : 'input', {
            ...(isLong ? { rows: '4' } : { type: 'text', autocomplete: 'off' }),
            'aria-required': isRequired ? 'true' : null, 'aria-label': bareLabel, ...attributes,
        });
        super(member, control, bareLabel === null ? field(memberName(member), control)
            : element('div', { class: 'field' }, control));
        this.#isRequired = isRequired;
        this.#isLong = isLong;
        if (suggestions.length > 0)
            this.#suggest(suggestions);
    }

    #suggest(suggestions) {
        const list = element('datalist', { id: `suggestions-${++made}` },
            suggestions.map((value) => element('option', { value })));
        this.control.setAttribute('list', list.id);
        this.node.append(list);
    }

    entryOf(stored) {
        return textOf(stored);
    }

    value() {
        return this.#isLong ? this.entered : this.entered.trim();
    }

    problem(isNeeded) {
        return isNeeded && this.#isRequired && this.entered.trim() === '' ? t('required') : null;
    }
}

export class DateField extends Field {
    #start;

    // `start` is the field of the other end, if this one must not be before it.
    constructor(member, { start = null } = {}) {
        const control = element('input', { type: 'date', min: '1970-01-01', max: '2199-12-31' });
        super(member, control, field(memberName(member), control));
        this.#start = start;
    }

    get day() {
        return dayOf(this.entered);
    }

    entryOf(stored) {
        const day = dayOf(stored);
        return day === null ? '' : dayText(day);
    }

    value() {
        return this.entered;
    }

    describe(stored) {
        const day = dayOf(stored);
        return day === null ? textOf(stored) : dayShown(day);
    }

    problem(isNeeded) {
        const { validity } = this.control;
        if (validity.badInput)
            return t('noDate');
        if (isNeeded && (validity.rangeUnderflow || validity.rangeOverflow))
            return t('oddYear');
        return (isNeeded || this.#start?.isTouched) && this.isBeforeStart ? t('endFirst') : null;
    }

    get isBeforeStart() {
        const start = this.#start?.day ?? null;
        return start !== null && this.day !== null && this.day < start;
    }
}

// In per cent, by a slider, or a number where it matters. One that `isOptional` may be empty.
export class ProgressField extends Field {
    #range;
    #isOptional;

    constructor(member, { isOptional = false } = {}) {
        const number = element('input', { type: 'number', min: '0', max: '100', step: 'any', inputmode: 'decimal' });
        const range = element('input', { type: 'range', min: '0', max: '100', step: '5', 'aria-label': t('slider') });
        const content = element('div', { class: 'progress-entry' }, range, number, element('span', {}, '%'));
        super(member, number, field(memberName(member), number, { content }));
        this.#range = range;
        this.#isOptional = isOptional;
        range.addEventListener('input', () => { number.value = range.value; });
        number.addEventListener('input', () => this.#rangeShow());
    }

    get entered() {
        return super.entered;
    }

    set entered(text) {
        super.entered = text;
        this.#rangeShow();
    }

    #rangeShow() {
        this.#range.value = this.control.value || '0';
    }

    entryOf(stored) {
        const text = textOf(stored).trim();
        if (text === '')
            return this.#isOptional || (stored !== undefined && stored !== null && stored !== '') ? '' : '0';
        return Number.isFinite(Number(text)) ? String(Number(text)) : '';
    }

    value() {
        return this.entered === '' ? '' : Number(this.entered);
    }

    describe(stored) {
        const text = super.describe(stored);
        return text === '' ? '' : `${text} %`;
    }

    problem(isNeeded) {
        const isEmpty = this.entered === '';
        if (this.control.validity.badInput || (isEmpty && isNeeded && !this.#isOptional))
            return t('percent');
        return isNeeded && !isEmpty && (Number(this.entered) < 0 || Number(this.entered) > 100) ? t('percent') : null;
    }
}

const ownEntry = 'own';

// A choice of one of [{ text, value }]. What is stored and is none of these can be chosen besides.
export class ChoiceField extends Field {
    choices;
    #matches;
    #isRequired;

    // `matches(value, stored)` tells which choice a stored value is.
    constructor(member, choices, { matches, describe = textOf, isRequired = false, control = element('select'),
        node = field(memberName(member), control) }) {
        super(member, control, node);
        this.choices = choices;
        this.#matches = matches;
        this.describe = (stored) => this.#choiceOf(stored)?.text ?? describe(stored);
        this.#isRequired = isRequired;
    }

    show(stored) {
        const own = { entry: ownEntry, text: this.describe(stored), value: stored };
        const choices = this.choices.map((choice, index) => ({ entry: String(index), ...choice }));
        this.choicesShow(this.#choiceOf(stored) ? choices : [own, ...choices]);
        super.show(stored);
    }

    choicesShow(choices) {
        this.control.replaceChildren(...choices.map(({ entry, text }) =>
            element('option', { value: entry }, text === '' ? '—' : text)));
    }

    #choiceOf(stored) {
        return this.choices.find(({ value }) => this.#matches(value, stored));
    }

    entryOf(stored) {
        const place = this.choices.indexOf(this.#choiceOf(stored));
        return place < 0 ? ownEntry : String(place);
    }

    value() {
        return this.choices[Number(this.entered)].value;
    }

    problem(isNeeded) {
        const isNone = this.entered === ownEntry && textOf(this.base) === '';
        return isNeeded && this.#isRequired && isNone ? t('choose') : null;
    }
}

function shortened(text) {
    const characters = [...text];
    return characters.length > longestShown ? `${characters.slice(0, longestShown).join('')}…` : text;
}
