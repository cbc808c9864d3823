// The field for daily records: a list to read, newest first, in which each can be opened to be changed. The document
// keeps them in the order in which they were added.

import { dayOf, dayShown, dayText, today } from './dates.js';
import { button, element } from './dom.js';
import {
    DateField, fieldsCheck, fieldsShow, membersWritten, oddText, ProgressField, progressShown, TextField,
} from './form_fields.js';
import { namesShown, texts } from './language.js';
import { FoldedField } from './list_field.js';
import { NamesField } from './names_field.js';
import { namesOf, progressOf, statuses, statusOf, textOf } from './plan.js';
import { statusField } from './status_field.js';
import { memberName, statusNode } from './terms.js';

const t = texts({
    addToday: ['添加今日记录', "Add today's record"],
    edit: ['编辑', 'Edit'],
    noDate: ['无日期', 'No date'],
    other: [(member, value) => `${member}：${value}`, (member, value) => `${member}: ${value}`],
});

const members = ['date', 'progress', 'status', 'content', 'assignees'];

export class RecordsField extends FoldedField {
    #known;

    // `blank()` gives a new record. With `known()`, which gives names to suggest, records have assignees.
    constructor(member, { blank, known = null }) {
        super(member, t('addToday'), element('ol', { class: 'daily-records' }));
        this.blank = blank;
        this.#known = known;
    }

    nameOf(stored) {
        return `${memberName(this.member)} ${textOf(stored.date)}`;
    }

    // The newest first, the later one of a day first.
    shownEntries() {
        return this.entries.toReversed().sort((left, right) => orderOf(right) - orderOf(left));
    }

    make(entry, remove) {
        return new RecordRow(entry, this.#known, remove);
    }

    check() {
        return fieldsCheck(this.entries.map(({ row }) => row).filter((row) => row instanceof RecordRow), false);
    }
}

// What today's record begins with, as the fields of the item stand; all but names.
export function recordToday(progress, status) {
    return {
        date: dayText(today()), progress: progressOf({ progress: progress.written() }),
        status: statusOf({ status: status.written() }), content: '',
    };
}

// What was added here stays before all else, wherever its date goes while it is typed. What has no date comes last.
function orderOf({ key, stored }) {
    return key === null ? Number.MAX_VALUE : dayOf(stored?.date) ?? -Number.MAX_VALUE;
}

// A record to be read, with its fields below when it is opened.
class RecordRow {
    #entry;
    #known;
    #fields = [];
    #form = element('div', { class: 'daily-form', hidden: true });
    #text = element('div', { class: 'daily-text' });
    #toggle = button({ icon: 'edit', label: t('edit'), class: 'quiet', 'aria-expanded': 'false' },
        () => this.#form.hidden ? this.open() : this.#fold(true));

    constructor(entry, known, remove) {
        this.#entry = entry;
        this.#known = known;
        this.#textShow(entry.stored);
        this.node = element('li', {},
            element('div', { class: 'daily-head' }, this.#text, this.#toggle, remove), this.#form);
    }

    written() {
        return { ...this.#entry.stored, ...membersWritten(this.#fields) };
    }

    check(isNeeded) {
        const fault = fieldsCheck(this.#fields, isNeeded);
        if (fault !== null)
            this.#fold(false);
        return fault;
    }

    open() {
        if (this.#fields.length === 0)
            this.#fieldsMake();
        this.#fold(false);
        this.#fields.find(({ member }) => member === 'content').control.focus();
    }

    // They are made when they are needed, for there can be hundreds of records.
    #fieldsMake() {
        this.#fields = [
            new DateField('date'), new ProgressField('progress', { isOptional: true }), statusField({ missing: null }),
            new TextField('content', { isLong: true }),
            ...this.#known === null ? [] : [new NamesField('assignees', this.#known)],
        ];
        fieldsShow(this.#fields, this.#entry.stored);
        this.#form.append(...this.#fields.map(({ node }) => node));
    }

    #fold(isFolded) {
        this.#form.hidden = isFolded;
        this.#toggle.setAttribute('aria-expanded', String(!isFolded));
        const record = this.written();
        this.#textShow(isFolded ? record : { date: record.date });
    }

    #textShow(record) {
        this.#text.replaceChildren(...recordNodes(record));
    }
}

// A record in words, with what it has besides.
function recordNodes(record) {
    const day = dayOf(record.date);
    const more = Object.entries(record).filter(([name]) => !members.includes(name))
        .map(([name, value]) => t('other', memberName(name), oddText(value)));
    return [
        element('strong', {}, day === null ? textOf(record.date) || t('noDate') : dayShown(day)),
        statuses.includes(record.status) ? statusNode(record) : element('span', {}, textOf(record.status)),
        element('span', {}, progressShown(record.progress)),
        element('span', { class: 'detail' }, namesShown(namesOf(record.assignees))),
        element('p', {}, textOf(record.content)),
        element('p', { class: 'detail' }, more.join(' · ')),
    ].filter((node) => node.textContent !== '');
}
