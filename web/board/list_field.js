// Fields for members that are lists. Each element has an entry and gives back what was stored unless it was changed;
// elements that the field cannot show stay where they are. What others do to the list meanwhile is taken over element
// by element, so that nobody's additions are lost.

import { button, childrenSet, element } from './dom.js';
import { Field } from './form_fields.js';
import { texts } from './language.js';
import { elementsKeyed, same } from './merge.js';
import { textOf } from './plan.js';
import { memberName } from './terms.js';

const t = texts({
    both: ['他人也修改了此项；双方的修改都已保留', 'Others changed this, too; their changes and yours are both here'],
    remove: ['移除', 'Remove'],
});

// Entries are { key, stored, node, written() }. The key is that of the element (merge.js), or null if it is new;
// written() is undefined if there is nothing to store. Subclasses have a `list` for the nodes and nameOf(stored), by
// which the person knows an element; their make(entry, remove) gives the node, in which the button that removes it has
// a place, and written().
export class ListField extends Field {
    entries = [];
    #shown;

    show(stored) {
        this.base = this.#shown = stored;
        this.entries = [...elementsKeyed(elementsOf(stored))].map(([key, value]) => this.#entryMake(value, key));
        this.noteSet('others', null);
        this.render();
    }

    #entryMake(stored, key = null) {
        const entry = { key, stored };
        const label = `${t('remove')} ${this.nameOf(stored)}`.trim();
        const remove = button({ icon: 'close', label, class: 'quiet' }, () => {
            this.remove(entry);
            this.control.focus();
        });
        return Object.assign(entry, this.make(entry, remove));
    }

    written() {
        const values = [...this.entries.map((entry) => entry.written()), ...this.pending()]
            .filter((value) => value !== undefined);
        return same(values, elementsOf(this.#shown)) ? this.#shown : values;
    }

    // What was typed and is no entry yet.
    pending() {
        return [];
    }

    add(value) {
        const entry = this.#entryMake(value);
        this.entries.push(entry);
        this.render();
        this.announce();
        return entry;
    }

    remove(entry) {
        this.entries.splice(this.entries.indexOf(entry), 1);
        this.render();
        this.announce();
    }

    arrive(stored) {
        if (same(stored, this.base))
            return;
        const isTouched = this.isTouched;
        const before = elementsKeyed(elementsOf(this.#shown));
        const after = elementsKeyed(elementsOf(stored));
        const others = [...after].map(([key, value]) => this.#entryOfOthers(key, before.get(key), value));
        const own = this.entries.filter((entry) => !after.has(entry.key) && isChanged(entry));
        for (const entry of own)
            entry.key = null;
        this.base = this.#shown = stored;
        this.entries = [...others.filter((entry) => entry !== null), ...own];
        this.render();
        this.noteSet('others', isTouched && this.isTouched ? [t('both')] : null);
    }

    // What is shown for an element that the list has now: null if the person removed it.
    #entryOfOthers(key, before, value) {
        const entry = this.entries.find((one) => one.key === key);
        if (entry === undefined)
            return same(before, value) ? null : this.#entryMake(value, key);
        if (same(before, value))
            return entry;
        return isChanged(entry) ? Object.assign(entry, { stored: value }) : this.#entryMake(value, key);
    }

    render() {
        childrenSet(this.list, this.shownEntries().map(({ node }) => node));
    }

    shownEntries() {
        return this.entries;
    }
}

// A list that is seldom looked at: folded, with its count, and a button that adds to it. Subclasses have blank(), a new
// element, and entries with open(), which goes to where it is filled in.
export class FoldedField extends ListField {
    #details;
    #count = element('span', { class: 'editor-count' });

    constructor(member, list, addText) {
        const summary = element('summary', {}, memberName(member), ' ');
        const details = element('details', {}, summary, list);
        const add = button({ icon: 'add', text: addText, class: 'quiet' });
        super(member, add, element('div', { class: 'field editor-folded' }, details, add));
        summary.append(this.#count);
        this.list = list.tBodies?.[0] ?? list;
        this.#details = details;
        add.addEventListener('click', () => {
            details.open = true;
            this.add(this.blank()).open();
        });
    }

    render() {
        super.render();
        this.#count.textContent = String(this.entries.length);
        this.#details.classList.toggle('is-empty', this.entries.length === 0);
    }
}

function isChanged(entry) {
    return entry.key === null || !same(entry.written(), entry.stored);
}

// A single value where a list is expected is a list of one.
export function elementsOf(stored) {
    if (Array.isArray(stored))
        return stored;
    return stored === undefined || stored === null || stored === '' ? [] : [stored];
}

// The element with those members that the person changed.
export function objectWritten(stored, fields) {
    const changed = fields.filter((field) => field.isTouched);
    if (changed.length === 0)
        return stored;
    return { ...stored, ...Object.fromEntries(changed.map((field) => [field.member, field.written()])) };
}

export function oddText(value) {
    return textOf(value) || JSON.stringify(value);
}
