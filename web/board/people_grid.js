// The table of the people's view: a row for each person, a column for each day. It is one stop of the tab key; the
// arrow keys go about in it. Cells are changed in place, so that focus and scrolling stay when others' changes arrive.

import { dayShown, dayText, isWeekend, today } from './dates.js';
import { childrenSet, element } from './dom.js';
import { language, texts } from './language.js';
import { isOverload, levelOf, nobody, weekNumber } from './workload.js';

const t = texts({
    table: ['每人每天的任务数', 'Tasks of each person on each day'],
    person: ['人员', 'Person'],
    nobody: ['未分配', 'Nobody'],
    week: [(number) => `第 ${number} 周`, (number) => `Week ${number}`],
    tasks: [(count) => `${count} 个任务`, (count) => count === 1 ? '1 task' : `${count} tasks`],
    overloads: [(count) => `超载 ${count} 天`, (count) => count === 1 ? '1 day over' : `${count} days over`],
    cell: [(name, day, rest) => `${name}，${day}：${rest}`, (name, day, rest) => `${name}, ${day}: ${rest}`],
    none: ['没有任务', 'no tasks'],
    weekend: ['周末，不计', 'weekend, not counted'],
    ofAll: [(count, all) => `${count} 个任务，全部项目共 ${all} 个`,
        (count, all) => `${count === 1 ? '1 task' : `${count} tasks`}, ${all} in all projects`],
    over: [(text) => `${text}，超载`, (text) => `${text}, overloaded`],
});

export function personShown(name) {
    return name === nobody ? t('nobody') : name;
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
    #rows = new Map();  // by person: { node, head, shown, cells, data }, `shown` is what the head and the cells say
    #stop = null;       // the one that the tab key goes to: a cell, or the button in a row's head
    #range = null;
    #columns = '';      // what the head of the table was made for
    #open;

    // `open(row, first, last, anchor)` shows a row's tasks of the days from first to last, beside a node.
    constructor(open) {
        this.#open = open;
        this.node.append(this.#table);
    }

    // Of the range, { start, days, limit, countsWeekends }; the rows are those of workloadOf.
    update(rows, range) {
        const hadFocus = this.#body.contains(document.activeElement);
        this.#range = range;
        this.#columnsSet();
        const names = new Set(rows.map(({ name }) => name));
        for (const name of this.#rows.keys())
            names.has(name) || this.#rows.delete(name);
        childrenSet(this.#body, rows.map((row) => this.#rowSet(row)));
        this.#stopSet(this.#body.contains(this.#stop) ? this.#stop
            : this.#cellAt(0, Math.max(0, today() - range.start)) ?? this.#cellAt(0, 0));
        if (hadFocus && !this.#body.contains(document.activeElement))
            this.#stop?.focus();
    }

    #columnsSet() {
        const { start, days, countsWeekends } = this.#range;
        const columns = [start, days, countsWeekends, today()].join(' ');
        if (columns === this.#columns)
            return;
        this.#columns = columns;
        this.#rows.clear();
        this.#body.replaceChildren();
        this.#table.style.setProperty('--days', days);
        this.#table.replaceChildren(columnsNode(this.#range), headNode(this.#range), this.#body);
    }

    #rowSet(data) {
        if (!this.#rows.has(data.name))
            this.#rows.set(data.name, this.#rowMake(data.name));
        const row = this.#rows.get(data.name);
        row.data = data;
        const head = [t('tasks', data.tasks.length), data.overloads > 0 ? t('overloads', data.overloads) : ''];
        row.head.forEach((node, index) => {
            if (node.textContent !== head[index])
                node.textContent = head[index];
        });
        row.cells.forEach((cell, index) => this.#cellSet(row, cell, index));
        return row.node;
    }

    #rowMake(name) {
        const shown = personShown(name);
        const head = [element('span', {}), element('span', { class: 'people-over' })];
        const cells = Array.from({ length: this.#range.days }, (_, index) =>
            element('td', this.#range.start + index === today() ? { class: 'today' } : {}));
        const node = element('tr', name === nobody ? { class: 'people-nobody' } : {},
            element('th', { scope: 'row', abbr: shown },
                element('button', { type: 'button', tabindex: '-1', title: shown },
                    element('span', { class: 'people-name' }, shown), ' ', head[0], ' ', head[1])),
            cells);
        return { node, head, cells, shown: [], data: null };
    }

    #cellSet({ data, shown }, cell, index) {
        const count = data.counts[index];
        const isOver = isOverload(data, index, this.#range.limit);
        const level = isOver ? 'over' : levelOf(count, this.#range.limit);
        const state = `${count} ${data.totals[index]} ${level}`;
        if (shown[index] === state)
            return;
        shown[index] = state;
        cell.textContent = count > 0 ? count : '';
        if (count > 0) {
            cell.dataset.level = level;
            cell.setAttribute('aria-label', this.#labelOf(data, index));
        } else {
            delete cell.dataset.level;
            cell.removeAttribute('aria-label');
        }
    }

    #labelOf(data, index) {
        const { start, countsWeekends, limit } = this.#range;
        const day = start + index;
        const [count, all] = [data.counts[index], data.totals[index]];
        const tasks = all === count ? t('tasks', count) : t('ofAll', count, all);
        const rest = isWeekend(day) && !countsWeekends ? t('weekend') : count === 0 ? t('none') : tasks;
        return t('cell', personShown(data.name), dayShown(day, { month: 'short', day: 'numeric' }),
            isOverload(data, index, limit) ? t('over', rest) : rest);
    }

    // A cell, or the button of a row's head (-1).
    #cellAt(rowIndex, index) {
        const node = this.#body.children[rowIndex]?.children[index + 1];
        return index < 0 ? node?.firstChild : node;
    }

    // -> [the row's index, the day's index], the latter -1 for the head.
    #placeOf(node) {
        const cell = node.closest('td, th');
        return [cell.parentNode.sectionRowIndex, cell.cellIndex - 1];
    }

    // Most cells have neither a tab index nor, if they are empty, a label: there are thousands. They get them here.
    #stopSet(target) {
        const stop = target?.closest('tbody td, tbody button');
        if (!stop)
            return;
        if (stop !== this.#stop)
            this.#stopMove(stop);
        const [rowIndex, index] = this.#placeOf(stop);
        if (index >= 0)
            stop.setAttribute('aria-label', this.#labelOf(this.#rowAt(rowIndex), index));
    }

    #stopMove(stop) {
        if (this.#stop?.localName === 'td')
            this.#stop.removeAttribute('tabindex');
        else
            this.#stop?.setAttribute('tabindex', '-1');
        stop.setAttribute('tabindex', '0');
        this.#stop = stop;
    }

    #rowAt(rowIndex) {
        const node = this.#body.rows[rowIndex];
        return [...this.#rows.values()].find((row) => row.node === node).data;
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
        this.#open(this.#rowAt(rowIndex), ...period, anchor);
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
        const [rowLast, indexLast] = [this.#body.rows.length - 1, this.#range.days - 1];
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
    const isShaded = (day) => isWeekend(day) && !range.countsWeekends;
    return element('colgroup', {}, element('col'),
        daysOf(range).map((day) => element('col', { class: isShaded(day) ? 'weekend' : null })));
}

function headNode(range) {
    const days = daysOf(range);
    const months = groups(days, (day) => dayShown(day, { year: 'numeric', month: 'long' }));
    const weeks = groups(days, weekNumber);
    return element('thead', {},
        element('tr', {}, element('th', { rowspan: '3', scope: 'col' }, t('person')),
            months.map(([month, span]) => groupNode(month, span, { class: 'people-month' }))),
        element('tr', {}, weeks.map(([week, span]) =>
            groupNode(t('week', week), span, { class: 'people-week' }))),
        element('tr', {}, days.map(dayNode)));
}

// The name stays in sight while its columns are.
function groupNode(text, span, attributes) {
    return element('th', { colspan: span, scope: 'colgroup', ...attributes }, element('span', {}, text));
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

// Neighbours that have the same in common: [[what, how many]].
function groups(days, of) {
    const found = [];
    for (const day of days) {
        const what = of(day);
        if (found.at(-1)?.[0] === what)
            found.at(-1)[1]++;
        else
            found.push([what, 1]);
    }
    return found;
}
