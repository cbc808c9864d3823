// What a person is on, on a day or in all of the range: a list beside the cell that was chosen, each task with a way
// to its editor. It is the browser's own popover, as menus are: it closes by Escape and by a click elsewhere.

import { viewAddress, viewOpen } from './address.js';
import { colorOf } from './colors.js';
import { dayShown, isWeekend, periodShown } from './dates.js';
import { button, element } from './dom.js';
import { texts } from './language.js';
import { personShown } from './people_grid.js';
import { periodOf, progressOf, textOf, typeOf } from './plan.js';
import { taskEdit } from './task_editor.js';
import { statusNode, unnamed } from './terms.js';
import { isOverload, isRunning, nobody } from './workload.js';

const t = texts({
    close: ['关闭', 'Close'],
    none: ['没有进行中的任务', 'No running tasks'],
    over: [(count, limit) => `超载：同时有 ${count} 个任务，上限 ${limit} 个`,
        (count, limit) => `Overloaded: ${count} tasks at a time, more than ${limit}`],
    weekend: ['周末，不计入负载', 'A weekend, which does not count'],
    others: ['其他项目', 'In other projects'],
    noProject: ['不属于任何项目', 'No project'],
    noType: ['无类型', 'No type'],
    toSchedule: ['在排期中查看', 'Show in the schedule'],
});

const dayOptions = { weekday: 'short', year: 'numeric', month: 'short', day: 'numeric' };

export class PeopleTasks {
    node;
    #keeper;
    #title = element('h2', { id: 'people-tasks-title' });
    #body = element('div', { class: 'people-tasks-body' });
    #link = element('a', { class: 'people-tasks-link' }, t('toSchedule'));
    #chosen = null; // { name, first, last }

    constructor(keeper) {
        this.#keeper = keeper;
        this.#link.addEventListener('click', (event) => this.#scheduleOpen(event));
        const label = { 'aria-labelledby': this.#title.id };
        this.node = element('div', { class: 'people-tasks', popover: 'auto', role: 'dialog', ...label },
            element('header', {}, this.#title,
                button({ icon: 'close', label: t('close'), class: 'quiet' }, () => this.node.hidePopover())),
            this.#body, this.#link);
    }

    // Shows a row's tasks of the days from first to last, beside a node. The range is that of the row's figures.
    open(row, first, last, anchor, range) {
        this.#chosen = { name: row.name, first, last };
        this.#show(row, range);
        this.node.showPopover();
        this.#place(anchor);
        (this.#tasks()[0] ?? this.node.querySelector('button')).focus();
    }

    // What the rows have become, if it is open.
    update(rows, range) {
        if (!this.node.matches(':popover-open'))
            return;
        const row = rows.find(({ name }) => name === this.#chosen.name);
        if (row === undefined) {
            this.node.hidePopover();
            return;
        }
        const key = this.#body.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
        this.#show(row, range);
        if (key !== undefined)
            (this.#tasks().find((node) => node.dataset.key === key) ?? this.node.querySelector('button')).focus();
    }

    #tasks() {
        return [...this.#body.querySelectorAll('.people-task')];
    }

    #show(row, range) {
        const { name, first, last } = this.#chosen;
        const isDay = first === last;
        const when = isDay ? dayShown(first, dayOptions) : periodShown(first, last);
        const [tasks, others] = [row.tasks, row.others].map((list) =>
            list.filter((task) => isRunning(task, first, last)).sort(byStart));
        this.#title.textContent = `${personShown(name)} · ${when}`;
        this.#link.hidden = name === nobody;
        this.#link.href = `${viewAddress('schedule')}?${new URLSearchParams({ person: name })}`;
        this.#body.replaceChildren(element('div', {}, isDay ? noteNode(row, first, range) : null,
            tasks.length > 0 ? this.#listNode(tasks) : element('p', {}, t('none')),
            others.length > 0 ? [element('h3', {}, t('others')), this.#listNode(others)] : null));
    }

    #listNode(tasks) {
        return element('ul', {}, tasks.map((task) => element('li', {}, this.#taskNode(task))));
    }

    #taskNode({ key, item, project }) {
        const type = typeOf(this.#keeper.document, item);
        const { start, end } = periodOf(item);
        const where = project === null ? t('noProject') : textOf(project.item.name) || unnamed();
        const open = () => this.#edit(key);
        return element('button', { type: 'button', class: 'people-task', dataset: { key }, onclick: open },
            element('span', { class: 'people-task-type', style: { background: colorOf(type) } }),
            element('span', { class: 'people-task-texts' },
                element('strong', {}, textOf(item.name) || unnamed()), ' ',
                element('span', { class: 'detail' }, `${where} · ${textOf(type.name) || t('noType')}`), ' ',
                element('span', { class: 'people-task-facts' },
                    statusNode(item), ' ', element('span', {}, `${periodShown(start, end)} · ${progressOf(item)}%`))));
    }

    // The focus is back at the cell before the editor opens, so that it gets there again when that closes.
    #edit(key) {
        this.node.hidePopover();
        taskEdit(this.#keeper, key);
    }

    #scheduleOpen(event) {
        if (event.ctrlKey || event.metaKey || event.shiftKey)
            return;
        event.preventDefault();
        viewOpen('schedule', { person: this.#chosen.name });
    }

    // Below the anchor, or above it where there is no room, and inside the window; on a narrow one, CSS has a place.
    #place(anchor) {
        const beside = anchor.getBoundingClientRect();
        const { width, height } = this.node.getBoundingClientRect();
        const isBelow = beside.bottom + height + 12 < innerHeight || beside.top < height + 12;
        const top = isBelow ? Math.min(beside.bottom + 4, innerHeight - height - 8) : beside.top - height - 4;
        this.node.style.setProperty('--left', `${Math.max(8, Math.min(beside.left, innerWidth - width - 8))}px`);
        this.node.style.setProperty('--top', `${Math.max(8, top)}px`);
    }
}

function noteNode(row, day, { start, limit, countsWeekends }) {
    if (isWeekend(day) && !countsWeekends)
        return element('p', { class: 'detail' }, t('weekend'));
    if (!isOverload(row, day - start, limit))
        return null;
    return element('p', { class: 'people-over' }, t('over', row.totals[day - start], limit));
}

function byStart(left, right) {
    return periodOf(left.item).start - periodOf(right.item).start;
}
