// A line of a list in the settings: a type, a PMO or a product manager, with everything that can be done to it.

import { colorOf } from './colors.js';
import { button, element, icon } from './dom.js';
import { texts } from './language.js';
import { editTold } from './notices.js';
import { textOf, withMembers } from './plan.js';
import { rowDraggable } from './settings_drag.js';
import { nameProblem, usersOf, withPersonRenamed, withTypeChanged } from './settings_plan.js';
import { unnamed } from './terms.js';

const t = texts({
    name: [(what) => `“${what}”的名称`, (what) => `Name of ${what}`],
    color: [(what) => `“${what}”的颜色`, (what) => `Colour of ${what}`],
    enabled: [(what) => `启用“${what}”`, (what) => `${what} in use`],
    inUse: ['启用', 'In use'],
    drag: ['拖动以调整顺序', 'Drag to another place'],
    up: [(what) => `上移“${what}”`, (what) => `Move ${what} up`],
    down: [(what) => `下移“${what}”`, (what) => `Move ${what} down`],
    remove: [(what) => `删除“${what}”`, (what) => `Delete ${what}`],
    tasks: [(count) => `${count} 个任务使用`, (count) => count === 1 ? '1 task' : `${count} tasks`],
    projects: [(count) => `${count} 个项目使用`, (count) => count === 1 ? '1 project' : `${count} projects`],
    unused: ['未被使用', 'not used'],
    renamed: [(from, to) => `将“${from}”改名为“${to}”`, (from, to) => `Renamed “${from}” to “${to}”`],
    renamedIn: [(text, count) => `${text}，同时更新了 ${count} 个项目`,
        (text, count) => `${text}, in ${count === 1 ? '1 project' : `${count} projects`} as well`],
    recolored: [(what) => `修改“${what}”的颜色`, (what) => `Changed the colour of “${what}”`],
    switchedOn: [(what) => `启用“${what}”`, (what) => `Put “${what}” in use`],
    switchedOff: [(what) => `停用“${what}”`, (what) => `Took “${what}” out of use`],
    empty: ['名称不能为空', 'A name is needed'],
    taken: ['已有同名的条目', 'There is one of this name already'],
});

let made = 0;

// What is wrong with a name, in words.
export function problemText(problem) {
    return problem === null ? '' : t(problem);
}

export class SettingsRow {
    node;
    #keeper;
    #collection;
    #entry = null;
    #shown = '';    // the name that the field was given: when it says something else, somebody is typing
    #problem = element('p', { class: 'settings-problem', id: `settings-problem-${++made}`, role: 'alert' });
    #name = element('input', {
        type: 'text', autocomplete: 'off', 'aria-describedby': this.#problem.id,
        onblur: () => this.#rename(), onkeydown: (event) => this.#keyPressed(event),
    });
    #color = element('input', { type: 'color', onchange: () => this.#recolor() });
    #code = element('span', { class: 'detail settings-code' });
    #enabled = element('input', { type: 'checkbox', onchange: () => this.enable(this.#enabled.checked) });
    #users = element('span', { class: 'detail settings-users' });
    #buttons;

    // `list` moves and removes rows: { moveBy(row, step), moveTo(row, node), remove(row) }, the node being
    // another row's.
    constructor(keeper, collection, list) {
        this.#keeper = keeper;
        this.#collection = collection;
        const handle = element('span', { class: 'settings-handle', title: t('drag'), 'aria-hidden': 'true' },
            icon('menu'));
        this.#buttons = {
            up: button({ icon: 'up', class: 'quiet' }, () => list.moveBy(this, -1)),
            down: button({ icon: 'down', class: 'quiet' }, () => list.moveBy(this, 1)),
            remove: button({ icon: 'remove', class: 'quiet danger' }, () => list.remove(this)),
        };
        const color = collection !== 'taskTypes' ? null
            : element('span', { class: 'settings-color' }, this.#color, this.#code);
        this.node = element('li', { class: 'settings-row' }, handle, color,
            element('div', { class: 'settings-name' }, this.#name, this.#problem),
            element('label', { class: 'settings-enabled' }, this.#enabled, t('inUse')), this.#users,
            element('div', { class: 'settings-buttons' }, Object.values(this.#buttons)));
        rowDraggable(this.node, handle, (target) => list.moveTo(this, target));
    }

    get entry() {
        return this.#entry;
    }

    get what() {
        return textOf(this.#entry.item.name) || unnamed();
    }

    // Shows an entry; `isFirst` and `isLast` in its list.
    update(entry, isFirst, isLast) {
        const { item } = this.#entry = entry;
        const isTyped = this.#name.value !== this.#shown;
        this.#shown = textOf(item.name);
        if (!isTyped)
            this.#nameReset();
        this.#enabled.checked = item.enabled !== false;
        this.node.classList.toggle('off', item.enabled === false);
        // While its picker is open, it is the person's.
        if (document.activeElement !== this.#color)
            this.#color.value = colorOf(item);
        this.#code.textContent = textOf(item.color) || '–';
        this.#usersShow();
        this.#labelsSet();
        this.#endsSet(isFirst, isLast);
    }

    removeFocus() {
        this.#buttons.remove.focus();
    }

    get users() {
        return usersOf(this.#keeper.document, this.#collection, this.#entry);
    }

    #usersShow() {
        const { length } = this.users;
        const text = this.#collection === 'taskTypes' ? t('tasks', length) : t('projects', length);
        this.#users.textContent = length > 0 ? text : t('unused');
    }

    #labelsSet() {
        const labelled = { name: this.#name, color: this.#color, enabled: this.#enabled, ...this.#buttons };
        for (const [name, node] of Object.entries(labelled))
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
        this.#name.value = this.#shown;
        this.#problemShow(null);
    }

    #problemShow(problem) {
        const text = problemText(problem);
        if (this.#problem.textContent !== text)
            this.#problem.textContent = text;
        this.#name.setAttribute('aria-invalid', String(problem !== null));
    }

    #rename() {
        const name = this.#name.value.trim();
        if (name === this.#shown.trim()) {
            this.#nameReset();
            return;
        }
        const problem = nameProblem(this.#keeper.document, this.#collection, this.#entry.key, name);
        this.#problemShow(problem);
        if (problem !== null)
            return;
        this.#shown = this.#name.value = name;
        const { key } = this.#entry;
        const { length } = this.users;
        const text = t('renamed', this.what, name);
        if (this.#collection === 'taskTypes')
            this.#keeper.edit(text, (document) => withTypeChanged(document, key, { name }));
        else if (length === 0)
            this.#keeper.edit(text, (document) => withPersonRenamed(document, this.#collection, key, name));
        else
            editTold(this.#keeper, text, (document) => withPersonRenamed(document, this.#collection, key, name),
                t('renamedIn', text, length));
    }

    #recolor() {
        const { key } = this.#entry;
        const color = this.#color.value;
        this.#keeper.edit(t('recolored', this.what), (document) => withTypeChanged(document, key, { color }));
    }

    enable(enabled) {
        const { key } = this.#entry;
        this.#keeper.edit(t(enabled ? 'switchedOn' : 'switchedOff', this.what), (document) =>
            withMembers(document, this.#collection, key, { enabled }));
    }
}
