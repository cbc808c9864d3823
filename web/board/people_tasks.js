// What a person is on, on a day or in all of the range: a list beside the cell that was chosen, each task with a way
// to its editor. It is the browser's own popover, as menus are: it closes by Escape and by a click elsewhere.

import { viewLink } from './address.js';
import { colorOf } from './colors.js';
import { dayShown, isWeekend, periodShown } from './dates.js';
import { button, contentExchange, element, textSet } from './dom.js';
import { percentShown, texts } from './language.js';
import { popoverPlace } from './menu.js';
import { personShown } from './people_grid.js';
import { periodOf, progressOf, textOf, typeOf } from './plan.js';
import { taskEdit } from './task_editor.js';
import { nameOf, statusNode, straysName } from './terms.js';
import { isOverload, isRunning, nobody } from './workload.js';

const t = texts({
    close: ['关闭', 'Close'],
    none: ['没有进行中的任务', 'No running tasks'],
    over: [(count, limit) => `超载：同时有 ${count} 个任务，上限 ${limit} 个`,
        (count, limit) => `Overloaded: ${count} tasks at a time, more than ${limit}`],
    weekend: ['周末，不计入负载', 'A weekend, which does not count'],
    others: ['其他项目', 'In other projects'],
    toSchedule: ['在排期中查看', 'Show in the schedule'],
});

const dayOptions = { weekday: 'short', year: 'numeric', month: 'short', day: 'numeric' };

export class PeopleTasks {
    node;
    #keeper;
    #title = element('h2', { id: 'people-tasks-title' });
    #close = button({ icon: 'close', label: t('close'), class: 'quiet' }, () => this.node.hidePopover());
    #body = element('div', { class: 'people-tasks-body' });
    #chosen = null; // { name, first, last }

    constructor(keeper) {
        this.#keeper = keeper;
        const label = { 'aria-labelledby': this.#title.id };
        this.node = element('div', { class: 'people-tasks', popover: 'auto', role: 'dialog', ...label },
            element('header', {}, this.#title, this.#close), this.#body);
    }

    // Shows a row's tasks of the days from first to last, beside a node. The range is that of the row's figures.
    open(row, first, last, anchor, range) {
        this.#chosen = { name: row.name, first, last };
        this.#show(row, range);
        this.node.showPopover();
        popoverPlace(this.node, anchor);
        (this.#body.querySelector('button') ?? this.#close).focus();
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
        const hadFocus = this.node.contains(document.activeElement);
        this.#show(row, range);
        if (hadFocus && !this.node.contains(document.activeElement))
            this.#close.focus();
    }

    #show(row, range) {
        const { name, first, last } = this.#chosen;
        const isDay = first === last;
        const [tasks, others] = [row.tasks, row.others].map((list) =>
            list.filter((task) => isRunning(task, first, last)).sort(byStart));
        const when = isDay ? dayShown(first, dayOptions) : periodShown(first, last);
        textSet(this.#title, `${personShown(name)} · ${when}`);
        contentExchange(this.#body, element('div', {}, isDay ? noteNode(row, first, range) : null,
            tasks.length > 0 ? this.#listNode(tasks) : element('p', {}, t('none')),
            others.length > 0 ? [element('h3', {}, t('others')), this.#listNode(others)] : null,
            name !== nobody ? scheduleLink(name) : null));
    }

    #listNode(tasks) {
        return element('ul', {}, tasks.map((task) => element('li', {}, this.#taskNode(task))));
    }

    #taskNode({ key, item, project }) {
        const type = typeOf(this.#keeper.document, item);
        const { start, end } = periodOf(item);
        const where = project === null ? straysName() : nameOf(project.item);
        const facts = `${periodShown(start, end)} · ${percentShown(progressOf(item))}`;
        const open = () => this.#edit(key);
        return element('button', { type: 'button', class: 'people-task', dataset: { key }, onclick: open },
            element('span', { class: 'people-task-type', style: { background: colorOf(type) } }),
            element('span', { class: 'people-task-texts' },
                element('strong', {}, nameOf(item)), ' ',
                element('span', { class: 'detail' }, [where, textOf(type.name)].filter(Boolean).join(' · ')), ' ',
                element('span', { class: 'people-task-facts' }, statusNode(item), ' ', element('span', {}, facts))));
    }

    // The focus is back at the cell before the editor opens, so that it gets there again when that closes.
    #edit(key) {
        this.node.hidePopover();
        taskEdit(this.#keeper, key);
    }
}

function scheduleLink(person) {
    return viewLink('schedule', { person }, { class: 'people-tasks-link', dataset: { key: '' } }, t('toSchedule'));
}

function noteNode(row, day, { start, limit }) {
    if (isWeekend(day))
        return element('p', { class: 'detail' }, t('weekend'));
    if (!isOverload(row, day - start, limit))
        return null;
    return element('p', { class: 'people-over' }, t('over', row.totals[day - start], limit));
}

function byStart(left, right) {
    return periodOf(left.item).start - periodOf(right.item).start;
}
