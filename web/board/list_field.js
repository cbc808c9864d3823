// Fields for members that are lists. Each element has an entry and gives back what was stored unless it was changed;
// elements that the field cannot show stay where they are. What others do to the list meanwhile is taken over element
// by element, so that nobody's additions are lost.

import { button, childrenSet, element } from './dom.js';
import { Field, isNothing, oddText } from './form_fields.js';
import { texts } from './language.js';
import { elementsKeyed, isObject, same } from './merge.js';
import { memberName } from './terms.js';

const t = texts({
    both: ['他人也修改了此项；双方的修改都已保留', 'Others changed this, too; their changes and yours are both here'],
    remove: ['移除', 'Remove'],
});

// Entries are { key, stored, row }. The key is that of the element (merge.js), or null if it is new. The row is how it
// shows: { node, written() }, the latter giving what to store, or undefined if that is nothing.
//
// Subclasses have a `list` for the nodes, and nameOf(stored), by which the person knows an element; make(entry, remove)
// gives its row, in which the button that removes it has a place.
export class ListField extends Field {
    entries = [];

    show(stored) {
        this.base = stored;
        this.entries = [...elementsKeyed(elementsOf(stored))].map(([key, value]) => this.#entryMake(value, key));
        this.noteSet('others');
        this.render();
    }

    // Whether an element is what is expected. One that is not is shown as it is, and can be removed.
    isShowable(stored) {
        return isObject(stored);
    }

    #entryMake(stored, key = null) {
        const entry = { key, stored };
        const isShowable = this.isShowable(stored);
        const label = `${t('remove')} ${isShowable ? this.nameOf(stored) : oddText(stored)}`.trim();
        const remove = button({ icon: 'close', label, class: 'quiet' }, () => {
            this.remove(entry);
            this.control.focus();
        });
        entry.row = isShowable ? this.make(entry, remove)
            : { node: this.oddNode(oddText(stored), remove), written: () => stored };
        return entry;
    }

    oddNode(text, remove) {
        return element('li', { class: 'editor-odd' }, element('span', {}, text), remove);
    }

    written() {
        const values = [...this.entries.map(({ row }) => row.written()), ...this.pending()]
            .filter((value) => value !== undefined);
        return same(values, elementsOf(this.base)) ? this.base : values;
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
        const before = elementsKeyed(elementsOf(this.base));
        const after = elementsKeyed(elementsOf(stored));
        const others = [...after].map(([key, value]) => this.#entryOfOthers(key, before.get(key), value));
        const isThere = (entry) => [...after.values()].some((value) => same(value, entry.row.written()));
        const own = this.entries.filter((entry) => !after.has(entry.key) && isChanged(entry) && !isThere(entry));
        for (const entry of own)
            entry.key = null;
        this.base = stored;
        this.entries = [...others.filter((entry) => entry !== null), ...own];
        this.render();
        this.noteSet('others', isTouched && this.isTouched && t('both'));
    }

    // What is shown for an element that the list has now: null if the person removed it.
    #entryOfOthers(key, before, value) {
        const entry = this.entries.find((one) => one.key === key);
        const isSame = same(before, value);
        if (entry === undefined)
            return isSame ? null : this.#entryMake(value, key);
        if (!isSame && !isChanged(entry))
            return this.#entryMake(value, key);
        entry.stored = value;
        return entry;
    }

    render() {
        childrenSet(this.list, this.shownEntries().map(({ row }) => row.node));
    }

    shownEntries() {
        return this.entries;
    }
}

// A list that is seldom looked at: folded, with its count, and a button that adds to it. Subclasses have blank(), a new
// element, and rows with open(), which goes to where it is filled in.
export class FoldedField extends ListField {
    #body;
    #count = element('span', { class: 'tag' });

    // The body holds the list, if it is not the list.
    constructor(member, addText, body, list = body) {
        const summary = element('summary', {}, memberName(member), ' ');
        const details = element('details', {}, summary, body);
        const add = button({ icon: 'add', text: addText, class: 'quiet' }, () => {
            details.open = true;
            this.add(this.blank()).row.open();
        });
        super(member, add, element('div', { class: 'field editor-folded' }, details, add));
        summary.append(this.#count);
        this.list = list;
        this.#body = body;
    }

    render() {
        super.render();
        this.#count.textContent = String(this.entries.length);
        this.#body.hidden = this.entries.length === 0;
    }
}

function isChanged({ key, stored, row }) {
    return key === null || !same(row.written(), stored);
}

// A single value where a list is expected is a list of one.
function elementsOf(stored) {
    if (Array.isArray(stored))
        return stored;
    return isNothing(stored) ? [] : [stored];
}
