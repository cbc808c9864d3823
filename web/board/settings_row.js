// A line of a list in the settings: a type, a PMO or a product manager, with everything that can be done to it.

import { colorOf } from './colors.js';
import { button, element, textSet } from './dom.js';
import { texts } from './language.js';
import { editTold } from './notices.js';
import { textOf, withMembers } from './plan.js';
import { nameEntry } from './settings_name.js';
import { nameProblem, usersShown, withSettingChanged } from './settings_plan.js';
import { memberName, nameOf } from './terms.js';

const t = texts({
    name: [(what) => `“${what}”的名称`, (what) => `Name of ${what}`],
    color: [(what) => `“${what}”的颜色`, (what) => `Colour of ${what}`],
    enabled: [(what) => `启用“${what}”`, (what) => `${what} in use`],
    up: [(what) => `上移“${what}”`, (what) => `Move ${what} up`],
    down: [(what) => `下移“${what}”`, (what) => `Move ${what} down`],
    remove: [(what) => `删除“${what}”`, (what) => `Delete ${what}`],
    unused: ['未被使用', 'not used'],
    renamed: [(from, to) => `将“${from}”重命名为“${to}”`, (from, to) => `Renamed ${from} to ${to}`],
    renamedIn: [(from, to, users) => `已将“${from}”重命名为“${to}”，同时更新了 ${users}`,
        (from, to, users) => `Renamed ${from} to ${to}, in ${users} as well`],
    recolored: [(what) => `修改“${what}”的颜色`, (what) => `Changed the colour of ${what}`],
    switchedOn: [(what) => `启用“${what}”`, (what) => `Put ${what} in use`],
    switchedOff: [(what) => `停用“${what}”`, (what) => `Took ${what} out of use`],
});

export class SettingsRow {
    node;
    entry = null;   // of plan.js, that the row shows
    #keeper;
    #collection;
    #shown = '';    // the name that the field was given: when it says something else, somebody is typing
    #name = nameEntry({ onblur: () => this.#rename(), onkeydown: (event) => this.#keyPressed(event) });
    #color = element('input', { type: 'color', onchange: () => this.#recolor() });
    #code = element('span', { class: 'detail settings-code' });
    #enabled = element('input', { type: 'checkbox', onchange: () => this.enable(this.#enabled.checked) });
    #users = element('span', { class: 'detail settings-users' });
    #buttons;

    // `list` moves and removes rows: { move(row, step), remove(row) }.
    constructor(keeper, collection, list) {
        this.#keeper = keeper;
        this.#collection = collection;
        this.#buttons = {
            up: button({ icon: 'up', class: 'quiet' }, () => list.move(this, -1)),
            down: button({ icon: 'down', class: 'quiet' }, () => list.move(this, 1)),
            remove: button({ icon: 'remove', class: 'quiet danger' }, () => list.remove(this)),
        };
        this.node = element('li', { class: 'settings-row' },
            collection === 'taskTypes' && element('span', { class: 'settings-color' }, this.#color, this.#code),
            this.#name.node,
            element('label', { class: 'settings-enabled' }, this.#enabled, memberName('enabled')), this.#users,
            element('div', { class: 'settings-buttons' }, Object.values(this.#buttons)));
    }

    get what() {
        return nameOf(this.entry.item);
    }

    // Who uses it, in words; '' if nobody does.
    get users() {
        return usersShown(this.#keeper.document, this.#collection, this.entry);
    }

    // Shows an entry; `isFirst` and `isLast` in its list.
    update(entry, isFirst, isLast) {
        this.entry = entry;
        const { item } = entry;
        const isTyped = this.#name.input.value !== this.#shown;
        this.#shown = textOf(item.name);
        if (!isTyped)
            this.#nameReset();
        this.#enabled.checked = item.enabled !== false;
        this.node.classList.toggle('off', item.enabled === false);
        // While its picker is open, it is the person's.
        if (document.activeElement !== this.#color)
            this.#color.value = colorOf(item);
        textSet(this.#code, textOf(item.color) || '–');
        textSet(this.#users, this.users || t('unused'));
        this.#labelsSet();
        this.#endsSet(isFirst, isLast);
    }

    removeFocus() {
        this.#buttons.remove.focus();
    }

    enable(enabled) {
        const { key } = this.entry;
        this.#keeper.edit(t(enabled ? 'switchedOn' : 'switchedOff', this.what), (document) =>
            withMembers(document, this.#collection, key, { enabled }));
    }

    #labelsSet() {
        const fields = { name: this.#name.input, color: this.#color, enabled: this.#enabled };
        for (const [name, node] of Object.entries({ ...fields, ...this.#buttons }))
            node.setAttribute('aria-label', t(name, this.what));
        for (const [name, node] of Object.entries(this.#buttons))
            node.title = t(name, this.what);
    }

    // A button that is pressed at the end of the way hands the focus to its opposite.
    #endsSet(isFirst, isLast) {
        const { up, down } = this.#buttons;
        for (const [node, isEnd, other] of [[up, isFirst, down], [down, isLast, up]]) {
            const hadFocus = node === document.activeElement;
            node.disabled = isEnd;
            if (isEnd && hadFocus)
                other.focus();
        }
    }

    #keyPressed(event) {
        if (event.isComposing)
            return;
        if (event.key === 'Enter')
            this.#rename();
        else if (event.key === 'Escape')
            this.#nameReset();
    }

    #nameReset() {
        this.#name.input.value = this.#shown;
        this.#name.problemShow(null);
    }

    #rename() {
        const name = this.#name.input.value.trim();
        if (name === this.#shown.trim()) {
            this.#nameReset();
            return;
        }
        const problem = nameProblem(this.#keeper.document, this.#collection, this.entry.key, name);
        this.#name.problemShow(problem);
        if (problem !== null)
            return;
        this.#shown = this.#name.input.value = name;
        const { what, users } = this;
        const text = t('renamed', what, name);
        const change = this.#change({ name });
        if (users === '')
            this.#keeper.edit(text, change);
        else
            editTold(this.#keeper, text, change, t('renamedIn', what, name, users));
    }

    #recolor() {
        this.#keeper.edit(t('recolored', this.what), this.#change({ color: this.#color.value }));
    }

    #change(members) {
        const { key } = this.entry;
        return (document) => withSettingChanged(document, this.#collection, key, members);
    }
}
