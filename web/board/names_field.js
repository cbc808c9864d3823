// A field for a list of names: each a chip that can be removed, and behind them a place to type more, with known names
// to choose from. By keyboard: Enter or a comma takes what was typed, or the suggestion that the arrows went to;
// Backspace in an empty place takes the last name away.

import { field } from './dialog.js';
import { element, newNodeId } from './dom.js';
import { texts } from './language.js';
import { ListField } from './list_field.js';
import { namesOf } from './plan.js';
import { memberName } from './terms.js';

const t = texts({
    add: ['添加姓名', 'Add a name'],
    addMore: ['添加', 'Add'],
    suggestions: ['建议', 'Suggestions'],
});

const separators = /[,;，；、\n]/;
const suggestionsMost = 8;

export class NamesField extends ListField {
    #known;
    #active = -1; // the suggestion that Enter would take
    #suggestions;

    // `known()` gives the names to suggest.
    constructor(member, known) {
        const list = element('ul', { class: 'name-chips' });
        const suggestions = element('ul', {
            id: newNodeId('names'), class: 'name-suggestions', hidden: true,
            role: 'listbox', 'aria-label': t('suggestions'),
        });
        const input = element('input', {
            type: 'text', role: 'combobox', autocomplete: 'off', enterkeyhint: 'done',
            'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': suggestions.id,
        });
        const content = element('div', { class: 'names-entry' }, list, input, suggestions);
        super(member, input, field(memberName(member), input, { content }));
        this.list = list;
        this.#known = known;
        this.#suggestions = suggestions;
        this.#listen(input);
    }

    #listen(input) {
        // What an input method is composing is not typed yet.
        input.addEventListener('input', (event) => event.isComposing || this.#typed());
        input.addEventListener('compositionend', () => this.#typed());
        input.addEventListener('click', () => this.#suggest());
        input.addEventListener('keydown', (event) => this.#keyPressed(event));
        input.addEventListener('blur', () => {
            this.#suggestionsShow(false);
            this.#take();
        });
        // A choice must not take the focus away, for leaving takes what was typed.
        this.#suggestions.addEventListener('pointerdown', (event) => event.preventDefault());
        input.parentNode.addEventListener('click', (event) => event.target === input.parentNode && input.focus());
    }

    isShowable() {
        return true;
    }

    nameOf(stored) {
        return namesOf([stored]).join('');
    }

    make(entry, remove) {
        return {
            node: element('li', { class: 'name-chip' }, element('span', {}, this.nameOf(entry.stored)), remove),
            written: () => entry.stored,
        };
    }

    // What has no name is kept and not shown.
    shownEntries() {
        return this.entries.filter(({ stored }) => this.nameOf(stored) !== '');
    }

    show(stored) {
        this.control.value = '';
        super.show(stored);
    }

    render() {
        super.render();
        this.control.placeholder = this.entries.length === 0 ? t('add') : t('addMore');
    }

    pending() {
        return [...new Set(namesOf(this.control.value.split(separators)))].filter((name) => !this.#has(name));
    }

    #has(name) {
        return this.entries.some(({ stored }) => this.nameOf(stored) === name);
    }

    // What was typed becomes chips.
    #take() {
        if (this.control.value === '')
            return;
        const names = this.pending();
        this.control.value = '';
        for (const name of names)
            this.add(name);
    }

    #typed() {
        if (separators.test(this.control.value))
            this.#take();
        this.#suggest();
    }

    #suggest() {
        const typed = this.control.value.trim().toLowerCase();
        const fitting = this.#known().filter((name) => name.toLowerCase().includes(typed) && !this.#has(name));
        // What begins so comes first.
        fitting.sort((left, right) => right.toLowerCase().startsWith(typed) - left.toLowerCase().startsWith(typed));
        this.#suggestions.replaceChildren(...fitting.slice(0, suggestionsMost).map((name) =>
            element('li', { id: newNodeId('name'), role: 'option', onclick: () => this.#choose(name) }, name)));
        this.#suggestionsShow(fitting.length > 0);
    }

    #suggestionsShow(isShown) {
        this.#suggestions.hidden = !isShown;
        this.control.setAttribute('aria-expanded', String(isShown));
        this.#activate(-1);
        if (isShown)
            this.#suggestions.scrollIntoView({ block: 'nearest' });
    }

    #activate(place) {
        this.#active = place;
        for (const [index, option] of [...this.#suggestions.children].entries())
            option.setAttribute('aria-selected', String(index === place));
        const active = this.#suggestions.children[place];
        if (active === undefined)
            return this.control.removeAttribute('aria-activedescendant');
        this.control.setAttribute('aria-activedescendant', active.id);
        active.scrollIntoView({ block: 'nearest' });
    }

    #choose(name) {
        this.control.value = '';
        this.add(name);
        this.#suggestionsShow(false);
    }

    #keyPressed(event) {
        // 229 is the key of an input method, for browsers that have ended the composition by then (Safari).
        if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey)
            return;
        const act = { ArrowDown: () => this.#step(1), ArrowUp: () => this.#step(-1), Enter: () => this.#enter(),
            Escape: () => this.#escape(), Backspace: () => this.#backspace() }[event.key];
        if (act?.() === true)
            event.preventDefault();
    }

    // These give whether the key was meant for them.

    #step(step) {
        if (this.#suggestions.hidden)
            this.#suggest();
        const { length } = this.#suggestions.children;
        if (length > 0)
            this.#activate((Math.max(this.#active, step < 0 ? 0 : -1) + step + length) % length);
        return true;
    }

    #enter() {
        const option = this.#suggestions.children[this.#active];
        if (option)
            this.#choose(option.textContent);
        else
            this.#take();
        this.#suggestionsShow(false);
        return true;
    }

    #escape() {
        const isOurs = !this.#suggestions.hidden;
        this.#suggestionsShow(false);
        return isOurs;
    }

    #backspace() {
        const last = this.shownEntries().at(-1);
        if (this.control.value !== '' || last === undefined)
            return false;
        this.remove(last);
        return true;
    }
}
