// The fields of a form that edits an item, each for one of its members. A field gives back the stored value as it was
// unless the person changed what is shown of it: so what is of an unexpected shape stays as it is until somebody
// decides otherwise. What others do to the member meanwhile is taken over, or told where the person changed it as well.

import { dayOf, dayShown, dayText } from './dates.js';
import { field } from './dialog.js';
import { button, element, icon, newNodeId } from './dom.js';
import { percentShown, texts } from './language.js';
import { same } from './merge.js';
import { textOf } from './plan.js';
import { memberName } from './terms.js';

const t = texts({
    required: ['请填写此项', 'This is required'],
    choose: ['请选择一项', 'Choose one'],
    none: ['未指定', 'none'],
    noDate: ['日期不完整或不存在', 'This is not a complete, existing date'],
    oddYear: ['请检查年份', 'Check the year'],
    percent: ['请填写 0 到 100 之间的数', 'A number from 0 to 100 is needed'],
    slider: ['进度（滑块）', 'Progress (slider)'],
    odd: [(value) => `文档中的内容无法在此显示，不改动则原样保留：${value}`,
        (value) => `The document has something else here, kept unless you enter a value: ${value}`],
    updated: ['刚刚被他人修改', 'Just changed by others'],
    changed: [(value) => `他人已改为“${value}”`, (value) => `Others changed this to ${value}`],
    emptied: ['他人已清空此项', 'Others emptied this'],
    take: ['采用', 'Use theirs'],
});

const longestShown = 120; // characters of a value in a note

export function fieldsShow(fields, item) {
    for (const one of fields)
        one.show(item[one.member]);
}

// Shows what is wrong. -> the first control to go to, or null.
export function fieldsCheck(fields, isNeeded) {
    const faults = fields.map((one) => one.check(isNeeded));
    return faults.find((control) => control !== null) ?? null;
}

// The members that the person changed.
export function membersWritten(fields) {
    const changed = fields.filter(({ isTouched }) => isTouched);
    return Object.fromEntries(changed.map((one) => [one.member, one.written()]));
}

export function isNothing(stored) {
    return stored === undefined || stored === null || stored === '';
}

// What a field has no place for.
export function oddText(stored) {
    return shortened(textOf(stored) || JSON.stringify(stored));
}

function shortened(text) {
    const characters = [...text];
    return characters.length > longestShown ? `${characters.slice(0, longestShown).join('')}…` : text;
}

// "45%"; what is no number as it is.
export function progressShown(stored) {
    const number = numberOf(stored);
    return number === null ? textOf(stored) : percentShown(number);
}

function numberOf(stored) {
    const text = textOf(stored).trim();
    return text !== '' && Number.isFinite(Number(text)) ? Number(text) : null;
}

// What the kinds of fields have in common. Those that show more than texts provide entryOf(stored), the text in the
// control for a stored value, and value(), what is to be stored for what is in it.
export class Field {
    base;                   // the member as the document has it
    onchange = () => {};    // called when something else is in the control, whoever did it
    #shown;                 // the value that the control was last set from,
    #initial;               // and what was in the control then
    #notes = element('div', { class: 'field-notes', id: newNodeId('notes'), 'aria-live': 'polite' });

    constructor(member, control, node = field(memberName(member), control)) {
        this.member = member;
        this.control = control;
        this.node = node;
        node.append(this.#notes);
        control.setAttribute('aria-describedby', this.#notes.id);
        node.addEventListener('input', () => this.#entryChanged());
    }

    get entered() {
        return this.control.value;
    }

    set entered(text) {
        this.control.value = text;
    }

    entryOf(stored) {
        return textOf(stored);
    }

    value() {
        return this.entered.trim();
    }

    show(stored) {
        this.base = this.#shown = stored;
        this.entered = this.entryOf(stored);
        // Controls change what they are given: line ends, for example.
        this.#initial = this.entered;
        this.noteSet('others');
        const isHidden = !isNothing(stored) && this.entryOf(stored) === '';
        this.noteSet('odd', isHidden && t('odd', oddText(stored)));
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
            this.noteSet('others', t('updated'));
    }

    #othersShow(stored) {
        const text = this.describe(stored);
        const take = () => {
            this.show(stored);
            this.control.focus();
            this.announce();
        };
        this.noteSet('others', text === '' ? t('emptied') : t('changed', shortened(text)), ' ',
            button({ text: t('take'), class: 'quiet' }, take));
    }

    // A stored value in words.
    describe(stored) {
        return textOf(stored);
    }

    // What is wrong, in words, or null. Subclasses are told whether the value is needed: one that nobody touched may be
    // as wrong as it was.
    problem() {
        return null;
    }

    // Shows what is wrong. -> the control to go to, or null.
    check(isNeeded) {
        const text = this.problem(isNeeded || this.isTouched);
        this.noteSet('error', text !== null && [icon('warning'), text]);
        this.control.setAttribute('aria-invalid', String(text !== null));
        return text === null ? null : this.control;
    }

    // Looks again at what was wrong.
    recheck() {
        if (this.#noteOf('error') !== null)
            this.check(true);
    }

    #entryChanged() {
        this.onchange();
        this.recheck();
        // What others entered can be taken as long as there is something else here.
        if (!this.isTouched || !this.#noteOf('others')?.querySelector('button'))
            this.noteSet('others');
    }

    // Changes that are no typing are told like typing.
    announce() {
        this.node.dispatchEvent(new Event('input', { bubbles: true }));
    }

    // There is one note of a kind, or none, without content.
    noteSet(kind, ...content) {
        this.#noteOf(kind)?.remove();
        if (content.some(Boolean))
            this.#notes.append(element('p', { class: 'field-note', dataset: { kind } }, content));
    }

    #noteOf(kind) {
        return this.#notes.querySelector(`[data-kind=${kind}]`);
    }
}

export class TextField extends Field {
    #isRequired;

    // A `bareLabel` is not shown, for the column of a table says the same. `suggestions` are texts.
    constructor(member, options = {}) {
        const { isRequired = false, isLong = false, bareLabel = null, suggestions = [], ...attributes } = options;
        const control = element(isLong ? 'textarea' : 'input', {
            ...(isLong ? { rows: '4' } : { type: 'text', autocomplete: 'off' }),
            'aria-required': isRequired ? 'true' : null, 'aria-label': bareLabel, ...attributes,
        });
        super(member, control, bareLabel === null ? undefined : element('div', { class: 'field' }, control));
        this.#isRequired = isRequired;
        if (suggestions.length > 0)
            this.#suggest(suggestions);
    }

    #suggest(suggestions) {
        const list = element('datalist', { id: newNodeId('suggestions') },
            suggestions.map((value) => element('option', { value })));
        this.control.setAttribute('list', list.id);
        this.node.append(list);
    }

    problem(isNeeded) {
        return isNeeded && this.#isRequired && this.value() === '' ? t('required') : null;
    }
}

export class DateField extends Field {
    constructor(member) {
        super(member, element('input', { type: 'date', min: '1970-01-01', max: '2199-12-31' }));
    }

    get day() {
        return dayOf(this.entered);
    }

    entryOf(stored) {
        const day = dayOf(stored);
        return day === null ? '' : dayText(day);
    }

    describe(stored) {
        const day = dayOf(stored);
        return day === null ? textOf(stored) : dayShown(day);
    }

    problem(isNeeded) {
        const { badInput, valid } = this.control.validity;
        if (badInput)
            return t('noDate');
        return isNeeded && !valid ? t('oddYear') : null;
    }
}

// In per cent, by a slider, or a number where it matters. One that `isOptional` may be empty.
export class ProgressField extends Field {
    #isOptional;

    constructor(member, { isOptional = false } = {}) {
        const limits = { min: '0', max: '100' };
        const number = element('input',
            { type: 'number', ...limits, step: 'any', inputmode: 'decimal', required: !isOptional });
        const range = element('input', { type: 'range', ...limits, step: '5', 'aria-label': t('slider') });
        const content = element('div', { class: 'progress-entry' }, range, number, element('span', {}, '%'));
        super(member, number, field(memberName(member), number, { content }));
        this.#isOptional = isOptional;
        range.addEventListener('input', () => { number.value = range.value; });
        this.onchange = () => { range.value = number.value || '0'; };
    }

    entryOf(stored) {
        const number = numberOf(stored);
        if (number !== null)
            return String(number);
        return isNothing(stored) && !this.#isOptional ? '0' : '';
    }

    value() {
        return this.entered === '' ? '' : Number(this.entered);
    }

    describe(stored) {
        return progressShown(stored);
    }

    problem(isNeeded) {
        const { badInput, valid } = this.control.validity;
        return badInput || (isNeeded && !valid) ? t('percent') : null;
    }
}

// A choice of one of [{ text, value }]. What is stored and is none of these can be chosen besides.
export class ChoiceField extends Field {
    #choices;
    #matches;
    #describe;
    #isRequired;
    #offered;

    // `matches(value, stored)` tells which choice a stored value is, `describe(stored)` calls by a name what is none.
    constructor(member, choices, {
        matches, describe = textOf, isRequired = false, control = element('select'), node,
    }) {
        super(member, control, node);
        this.#choices = choices;
        this.#matches = matches;
        this.#describe = describe;
        this.#isRequired = isRequired;
    }

    show(stored) {
        const own = this.#choiceOf(stored) ? [] : [{ text: this.describe(stored), value: stored }];
        this.#offered = [...own, ...this.#choices];
        this.choicesShow(this.#offered.map(({ text, value }) => ({ text: text || t('none'), value })));
        super.show(stored);
    }

    choicesShow(choices) {
        this.control.replaceChildren(...choices.map(({ text }, index) =>
            element('option', { value: String(index) }, text)));
    }

    #choiceOf(stored) {
        return this.#choices.find(({ value }) => this.#matches(value, stored));
    }

    // Its own value is offered first.
    entryOf(stored) {
        return String(Math.max(0, this.#offered.indexOf(this.#choiceOf(stored))));
    }

    value() {
        return this.#offered[Number(this.entered)].value;
    }

    describe(stored) {
        return this.#choiceOf(stored)?.text ?? this.#describe(stored);
    }

    problem(isNeeded) {
        return isNeeded && this.#isRequired && isNothing(this.value()) ? t('choose') : null;
    }
}
