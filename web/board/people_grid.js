// The table of the people's view: a row for each person, a column for each day. It is one stop of the tab key; the
// arrow keys go about in it. Cells are changed in place, so that focus and scrolling stay when others' changes arrive.

import { dayShown, dayText, isWeekend, today } from './dates.js';
import { childrenSet, element, textSet } from './dom.js';
import { language, texts } from './language.js';
import { countShown } from './terms.js';
import { isOverload, levelOf, nobody, weekNumber } from './workload.js';

const t = texts({
    table: ['每人每天的任务数', 'Tasks of each person on each day'],
    person: ['人员', 'Person'],
    nobody: ['未指定', 'Nobody'],
    week: [(number) => `第 ${number} 周`, (number) => `Week ${number}`],
    overloads: [(count) => `超载 ${count} 天`, (count) => count === 1 ? '1 day over' : `${count} days over`],
    cell: [(name, day, rest) => `${name}，${day}：${rest}`, (name, day, rest) => `${name}, ${day}: ${rest}`],
    none: ['没有任务', 'no tasks'],
    weekend: ['周末，不计', 'weekend, not counted'],
    ofAll: [(tasks, all) => `${tasks}，全部项目共 ${all} 个`, (tasks, all) => `${tasks}, ${all} in all projects`],
    over: [(text) => `${text}，超载`, (text) => `${text}, overloaded`],
});

export function personShown(name) {
    return name === nobody ? t('nobody') : name;
}

// What there is to say of a weekend.
export function weekendShown() {
    return t('weekend');
}

export class PeopleGrid {
    node = element('div', { class: 'people-scroll' });
    #table = element('table', {
        class: 'people-grid', role: 'grid', 'aria-label': t('table'),
        onkeydown: (event) => this.#keyPressed(event),
        onclick: ({ target }) => this.#activate(target),
        onfocusin: ({ target }) => this.#stopSet(target),
    });
    #body = element('tbody');
    #rows = [];         // those of workloadOf, in their order
    #range = null;      // that they are of: { start, days, limit }
    #lines = new Map(); // by person: { node, head, cells, states }, `states` is what the cells show
    #columns = '';      // what the head of the table was made for
    #stop = null;       // the one that the tab key goes to: a cell, or the button in a row's head
    #open;

    // `open(row, first, last, anchor)` shows a row's tasks of the days from first to last, beside a node.
    constructor(open) {
        this.#open = open;
        this.node.append(this.#table);
    }

    update(rows, range) {
        const hadFocus = this.#body.contains(document.activeElement);
        this.#rows = rows;
        this.#range = range;
        this.#columnsSet();
        const names = new Set(rows.map(({ name }) => name));
        for (const name of this.#lines.keys())
            names.has(name) || this.#lines.delete(name);
        childrenSet(this.#body, rows.map((row) => this.#lineSet(row)));
        this.#stopSet(this.#body.contains(this.#stop) ? this.#stop
            : this.#cellAt(0, Math.max(0, today() - range.start)) ?? this.#cellAt(0, 0));
        if (hadFocus && !this.#body.contains(document.activeElement))
            this.#stop.focus();
    }

    #columnsSet() {
        const { start, days } = this.#range;
        const columns = [start, days, today()].join(' ');
        if (columns === this.#columns)
            return;
        this.#columns = columns;
        this.#lines.clear();
        this.#body.replaceChildren();
        this.#table.style.setProperty('--days', days);
        this.#table.replaceChildren(columnsNode(this.#range), headNode(this.#range), this.#body);
    }

    #lineSet(row) {
        if (!this.#lines.has(row.name))
            this.#lines.set(row.name, this.#lineMake(row.name));
        const { node, head, cells, states } = this.#lines.get(row.name);
        textSet(head.tasks, countShown('tasks', row.tasks.length));
        textSet(head.overloads, row.overloads > 0 ? t('overloads', row.overloads) : '');
        const { limit } = this.#range;
        cells.forEach((cell, index) => {
            const level = isOverload(row, index, limit) ? 'over' : levelOf(row.counts[index], limit);
            const state = `${row.counts[index]} ${row.totals[index]} ${level}`;
            if (states[index] !== state)
                this.#cellSet(cell, row, index, level);
            states[index] = state;
        });
        return node;
    }

    #lineMake(name) {
        const shown = personShown(name);
        const head = { tasks: element('span'), overloads: element('span', { class: 'people-over' }) };
        const cells = daysOf(this.#range).map((day) => element('td', { class: day === today() ? 'today' : null }));
        const node = element('tr', { class: name === nobody ? 'people-nobody' : null },
            element('th', { scope: 'row', abbr: shown },
                element('button', { type: 'button', tabindex: '-1', title: shown },
                    element('span', { class: 'people-name' }, shown), ' ', head.tasks, ' ', head.overloads)),
            cells);
        return { node, head, cells, states: [] };
    }

    #cellSet(cell, row, index, level) {
        const count = row.counts[index];
        cell.textContent = count > 0 ? count : '';
        if (count > 0) {
            cell.dataset.level = level;
            cell.setAttribute('aria-label', this.#labelOf(row, index));
        } else {
            delete cell.dataset.level;
            cell.removeAttribute('aria-label');
        }
    }

    #labelOf(row, index) {
        const day = this.#range.start + index;
        const [count, all] = [row.counts[index], row.totals[index]];
        const tasks = count === 0 ? t('none') : countShown('tasks', count);
        const text = isWeekend(day) ? t('weekend') : count === 0 || all === count ? tasks : t('ofAll', tasks, all);
        return t('cell', personShown(row.name), dayShown(day, { month: 'short', day: 'numeric' }),
            isOverload(row, index, this.#range.limit) ? t('over', text) : text);
    }

    // A cell, or the button of a row's head (-1).
    #cellAt(rowIndex, index) {
        const node = this.#body.rows[rowIndex]?.cells[index + 1];
        return index < 0 ? node?.firstChild : node;
    }

    // -> [the row's index, the day's index], the latter -1 for the head.
    #placeOf(node) {
        const cell = node.closest('td, th');
        return [cell.parentNode.sectionRowIndex, cell.cellIndex - 1];
    }

    // Most cells have neither a tab index nor, if they are empty, a label: there are thousands. They get them here.
    #stopSet(target) {
        const stop = target.closest('tbody td, tbody button');
        if (stop === null)
            return;
        this.#stop?.setAttribute('tabindex', '-1');
        this.#stop = stop;
        stop.setAttribute('tabindex', '0');
        const [rowIndex, index] = this.#placeOf(stop);
        if (index >= 0)
            stop.setAttribute('aria-label', this.#labelOf(this.#rows[rowIndex], index));
    }

    #activate(target) {
        const anchor = target.closest('tbody td, tbody button');
        if (anchor === null)
            return;
        this.#stopSet(anchor);
        anchor.focus();
        const [rowIndex, index] = this.#placeOf(anchor);
        const { start, days } = this.#range;
        const period = index < 0 ? [start, start + days - 1] : [start + index, start + index];
        this.#open(this.#rows[rowIndex], ...period, anchor);
    }

    #keyPressed(event) {
        if (event.altKey || event.metaKey || event.shiftKey)
            return;
        if ((event.key === 'Enter' || event.key === ' ') && event.target.localName === 'td') {
            event.preventDefault();
            this.#activate(event.target);
            return;
        }
        const place = this.#placeReached(event);
        if (place === null)
            return;
        event.preventDefault();
        const cell = this.#cellAt(...place);
        this.#stopSet(cell);
        cell.focus();
    }

    #placeReached({ key, ctrlKey, target }) {
        const [row, index] = this.#placeOf(target);
        const [rowLast, indexLast] = [this.#rows.length - 1, this.#range.days - 1];
        switch (key) {
        case 'ArrowLeft': return [row, Math.max(-1, index - 1)];
        case 'ArrowRight': return [row, Math.min(indexLast, index + 1)];
        case 'ArrowUp': return [Math.max(0, row - 1), index];
        case 'ArrowDown': return [Math.min(rowLast, row + 1), index];
        case 'Home': return [ctrlKey ? 0 : row, 0];
        case 'End': return [ctrlKey ? rowLast : row, indexLast];
        default: return null;
        }
    }
}

function daysOf({ start, days }) {
    return Array.from({ length: days }, (_, index) => start + index);
}

// Columns are shaded by their <col>: thousands of cells need nothing for it.
function columnsNode(range) {
    return element('colgroup', {}, element('col'),
        daysOf(range).map((day) => element('col', { class: isWeekend(day) ? 'weekend' : null })));
}

function headNode(range) {
    const days = daysOf(range);
    const months = groupNodes(days, 'people-month', (day) => dayShown(day, { year: 'numeric', month: 'long' }));
    const weeks = groupNodes(days, 'people-week', (day) => t('week', weekNumber(day)));
    return element('thead', {},
        element('tr', {}, element('th', { rowspan: '3', scope: 'col' }, t('person')), months),
        element('tr', {}, weeks),
        element('tr', {}, days.map(dayNode)));
}

// A head above the days that have a text in common, which stays in sight while their columns are.
function groupNodes(days, className, textOfDay) {
    const spans = new Map();
    for (const text of days.map(textOfDay))
        spans.set(text, (spans.get(text) ?? 0) + 1);
    return [...spans].map(([text, colspan]) =>
        element('th', { colspan, scope: 'colgroup', class: className }, element('span', {}, text)));
}

function dayNode(day) {
    const isToday = day === today();
    return element('th', {
        scope: 'col',
        class: isToday ? 'today' : isWeekend(day) ? 'weekend' : null,
        'aria-current': isToday ? 'date' : null,
        'aria-label': dayShown(day, { weekday: 'long', month: 'long', day: 'numeric' }),
    },
    element('b', {}, Number(dayText(day).slice(8))), ' ',
    dayShown(day, { weekday: language() === 'zh' ? 'narrow' : 'short' }));
}
