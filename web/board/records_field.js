// The field for daily records: a list to read, newest first, in which each can be opened to be changed. The document
// keeps them in the order in which they were added.

import { dayOf, dayShown, dayText, today } from './dates.js';
import { button, element } from './dom.js';
import { DateField, ProgressField, TextField } from './form_fields.js';
import { texts } from './language.js';
import { FoldedField, objectWritten, oddText } from './list_field.js';
import { isObject } from './merge.js';
import { NamesField } from './names_field.js';
import { namesOf, progressOf, statuses, statusOf, textOf } from './plan.js';
import { statusField } from './status_field.js';
import { memberName, statusNode } from './terms.js';

const t = texts({
    addToday: ['添加今日记录', "Add today's record"],
    edit: ['编辑', 'Edit'],
    noDate: ['无日期', 'No date'],
});

export class RecordsField extends FoldedField {
    #members;
    #known;

    // `members` are those that a record has; `blank()` gives a new one, `known()` names to suggest.
    constructor(member, { members, blank, known }) {
        super(member, element('ol', { class: 'daily-records' }), t('addToday'));
        this.blank = blank;
        this.#members = members;
        this.#known = known;
    }

    nameOf(stored) {
        return isObject(stored) ? `${memberName(this.member)} ${textOf(stored.date)}`.trim() : oddText(stored);
    }

    // The newest first; what was added here before all, wherever its date goes while it is typed.
    shownEntries() {
        const dated = this.entries.map((entry, index) => ({ entry, index, date: dateOf(entry) }));
        dated.sort((left, right) => left.date === right.date ? right.index - left.index : right.date - left.date);
        return dated.map(({ entry }) => entry);
    }

    make(entry, remove) {
        if (isObject(entry.stored))
            return recordEntry(new RecordNode(entry, this.#members, this.#known, remove));
        const text = element('span', { class: 'editor-odd' }, oddText(entry.stored));
        return {
            node: element('li', {}, element('div', { class: 'daily-head' }, text, remove)),
            written: () => entry.stored, check: () => null,
        };
    }

    check() {
        const faults = this.entries.map((entry) => entry.check());
        return faults.find((control) => control !== null) ?? null;
    }
}

// What today's record begins with, as the fields of the item stand; all but names.
export function recordToday(progress, status) {
    return {
        date: dayText(today()), progress: progressOf({ progress: progress.written() }),
        status: statusOf({ status: status.written() }), content: '',
    };
}

function dateOf({ key, stored }) {
    if (key === null)
        return Infinity;
    return (isObject(stored) ? dayOf(stored.date) : null) ?? -Infinity;
}

function recordEntry(record) {
    return {
        node: record.node, written: () => record.written(), check: () => record.check(), open: () => record.open(),
    };
}

// A record to be read, with its fields below when it is opened.
class RecordNode {
    #entry;
    #members;
    #known;
    #fields = [];
    #form = element('div', { class: 'daily-form', hidden: true });
    #text = element('div', { class: 'daily-text' });
    #toggle = button({ icon: 'edit', label: t('edit'), class: 'quiet', 'aria-expanded': 'false' },
        () => this.#form.hidden ? this.open() : this.#close());

    constructor(entry, members, known, remove) {
        this.#entry = entry;
        this.#members = members;
        this.#known = known;
        this.#textShow(entry.stored);
        this.node = element('li', {},
            element('div', { class: 'daily-head' }, this.#text, this.#toggle, remove), this.#form);
    }

    written() {
        return objectWritten(this.#entry.stored, this.#fields);
    }

    check() {
        const faults = this.#fields.map((field) => field.check(false));
        const first = faults.find((control) => control !== null) ?? null;
        if (first !== null)
            this.#unfold();
        return first;
    }

    // The controls are made when they are needed, for there can be hundreds of records.
    open() {
        if (this.#fields.length === 0) {
            this.#fields = recordFields(this.#entry.stored, this.#members, this.#known);
            this.#form.append(...this.#fields.map(({ node }) => node));
        }
        this.#unfold();
        this.#fields.find(({ member }) => member === 'content').control.focus();
    }

    #unfold() {
        this.#form.hidden = false;
        this.#toggle.setAttribute('aria-expanded', 'true');
        this.#textShow({ date: this.written().date });
    }

    #close() {
        this.#form.hidden = true;
        this.#toggle.setAttribute('aria-expanded', 'false');
        this.#textShow(this.written());
    }

    #textShow(record) {
        this.#text.replaceChildren(...recordNodes(record, this.#members));
    }
}

function recordFields(record, members, known) {
    const makers = {
        date: () => new DateField('date'),
        progress: () => new ProgressField('progress', { isOptional: true }),
        status: () => statusField({ missing: null }),
        content: () => new TextField('content', { isLong: true }),
        assignees: () => new NamesField('assignees', known),
    };
    const fields = members.map((member) => makers[member]());
    for (const field of fields)
        field.show(record[field.member]);
    return fields;
}

// A record in words, with what it has besides.
function recordNodes(record, members) {
    const day = dayOf(record.date);
    const more = Object.entries(record).filter(([name]) => !members.includes(name))
        .map(([name, value]) => `${memberName(name)}: ${oddText(value)}`);
    const progress = textOf(record.progress);
    const names = members.includes('assignees') ? namesOf(record.assignees) : [];
    return [
        element('strong', {}, day === null ? textOf(record.date) || t('noDate') : dayShown(day)),
        statuses.includes(record.status) ? statusNode(record) : element('span', {}, textOf(record.status)),
        element('span', {}, progress === '' ? '' : `${progress} %`),
        element('span', { class: 'detail' }, names.join(', ')),
        element('p', {}, textOf(record.content)),
        element('p', { class: 'detail' }, more.join(' · ')),
    ].filter((node) => node.textContent !== '');
}
