// A field for a list of names: each a chip that can be removed, and behind them a place to type more, with known names
// to choose from. By keyboard: Enter or a comma takes what was typed, or the suggestion that the arrows went to;
// Backspace in an empty place takes the last name away.

import { field } from './dialog.js';
import { element } from './dom.js';
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
let made = 0;

export class NamesField extends ListField {
    #known;
    #active = -1; // the suggestion that Enter would take
    #suggestions;

    // `known()` gives the names to suggest.
    constructor(member, known) {
        const input = element('input', {
            type: 'text', role: 'combobox', autocomplete: 'off', enterkeyhint: 'done',
            'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': `names-${++made}`,
        });
        const list = element('ul', { class: 'name-chips' });
        const suggestions = element('ul', {
            id: `names-${made}`, class: 'name-suggestions', hidden: true,
            role: 'listbox', 'aria-label': t('suggestions'),
        });
        super(member, input, field(memberName(member), input, {
            content: element('div', { class: 'names-entry' }, list, input, suggestions),
        }));
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
            this.#suggestionsClose();
            this.#take();
        });
        // A choice must not take the focus away, for leaving takes what was typed.
        this.#suggestions.addEventListener('pointerdown', (event) => event.preventDefault());
        input.parentNode.addEventListener('click', (event) => event.target === input.parentNode && input.focus());
    }

    nameOf(stored) {
        return namesOf([stored]).join('');
    }

    // What has no name is kept and not shown.
    make(entry, remove) {
        const name = this.nameOf(entry.stored);
        return {
            node: element('li', { class: 'name-chip', hidden: name === '' }, element('span', {}, name), remove),
            written: () => entry.stored,
        };
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
        const names = this.control.value.split(separators).map((name) => name.trim()).filter((name) => name !== '');
        const present = new Set(this.#names());
        return [...new Set(names)].filter((name) => !present.has(name));
    }

    #names() {
        return this.entries.map(({ stored }) => this.nameOf(stored));
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
        const present = new Set(this.#names());
        const fitting = this.#known().filter((name) => !present.has(name) && name.toLowerCase().includes(typed));
        // What begins so comes first.
        fitting.sort((left, right) => right.toLowerCase().startsWith(typed) - left.toLowerCase().startsWith(typed));
        const shown = fitting.slice(0, suggestionsMost);
        this.#suggestions.replaceChildren(...shown.map((name, index) => this.#suggestion(name, index)));
        this.#activate(-1);
        this.#suggestions.hidden = fitting.length === 0;
        this.control.setAttribute('aria-expanded', String(fitting.length > 0));
        if (fitting.length > 0)
            this.#suggestions.scrollIntoView({ block: 'nearest' });
    }

    #suggestion(name, index) {
        return element('li', {
            id: `${this.#suggestions.id}-${index}`, role: 'option', 'aria-selected': 'false',
            onclick: () => this.#choose(name),
        }, name);
    }

    #choose(name) {
        this.control.value = '';
        this.add(name);
        this.#suggestionsClose();
    }

    #suggestionsClose() {
        this.#suggestions.hidden = true;
        this.control.setAttribute('aria-expanded', 'false');
        this.#activate(-1);
    }

    #activate(place) {
        const options = [...this.#suggestions.children];
        this.#active = place;
        for (const [index, option] of options.entries())
            option.setAttribute('aria-selected', String(index === place));
        if (place < 0)
            return this.control.removeAttribute('aria-activedescendant');
        this.control.setAttribute('aria-activedescendant', options[place].id);
        options[place].scrollIntoView({ block: 'nearest' });
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
        this.#suggestionsClose();
        return true;
    }

    #escape() {
        if (this.#suggestions.hidden)
            return false;
        this.#suggestionsClose();
        return true;
    }

    #backspace() {
        const last = this.entries.findLast(({ node }) => !node.hidden);
        if (this.control.value !== '' || last === undefined)
            return false;
        this.remove(last);
        return true;
    }
}
