// The schedule: the chart with its filter and its tools, and what mouse, fingers and keys do there.

import { parametersChange, parameterValues } from './address.js';
import { button, element } from './dom.js';
import { emptyState } from './empty_state.js';
import { filterBar, filterClear } from './filter_bar.js';
import { GanttChart } from './gantt_chart.js';
import { texts } from './language.js';
import { menuShared } from './menu.js';
import { isPlanEmpty } from './plan.js';
import { filterOfAddress, isFiltering, planFiltered } from './plan_filter.js';
import { projectAdd } from './project_editor.js';
import { scheduleActions } from './schedule_actions.js';
import { keyboardHelp } from './schedule_help.js';
import { scheduleRows } from './schedule_rows.js';
import { scheduleTools, zoomBy, zoomOfAddress } from './schedule_tools.js';

const t = texts({
    newTask: ['新建任务', 'Add task'],
    edit: ['编辑', 'Edit'],
    rename: ['重命名', 'Rename'],
    duplicate: ['创建副本', 'Duplicate'],
    remove: ['删除', 'Delete'],
    nothing: ['没有符合条件的项目或任务', 'Nothing passes the filter'],
    clear: ['清除筛选', 'Clear filters'],
});

export function scheduleView(keeper) {
    const view = new ScheduleView(keeper);
    return { node: view.node, update: (reason) => view.update(reason), close: () => view.close() };
}

class ScheduleView {
    node = element('div', { class: 'schedule' });
    #keeper;
    #actions;
    #chart = null;      // as long as there is something to show
    #empty = null;      // as long as there is nothing at all
    #filter = filterBar();
    #menu = menuShared(() => this.#menuItems(this.#chart.activeRow));
    #tools = scheduleTools({
        projectAdd: () => projectAdd(this.#keeper),
        taskAdd: () => this.#actions.add(this.#chart.activeRow),
        today: () => this.#chart.showToday(),
        foldAll: (isFolded) => this.#foldedSet(this.#shown.rows.filter(({ parent }) => isFolded && parent === null)),
    });
    #nothing = element('div', { class: 'placeholder' },
        element('p', {}, t('nothing')),
        element('p', {}, button({ text: t('clear'), class: 'primary' }, filterClear)));
    #shown = {};        // { document, search, rows }, as of the last update
    #anywhere = (event) => this.#keyAnywhere(event);

    constructor(keeper) {
        this.#keeper = keeper;
        this.#actions = scheduleActions(keeper);
        document.addEventListener('keydown', this.#anywhere);
    }

    update(reason) {
        const { document } = this.#keeper;
        const { search } = location;
        if (this.#shown.document === document && this.#shown.search === search)
            return;
        if (isPlanEmpty(document))
            this.#emptyShow();
        else
            this.#planShow(document, reason);
        Object.assign(this.#shown, { document, search });
    }

    close() {
        document.removeEventListener('keydown', this.#anywhere);
        this.#filter.close();
        this.#chart?.close();
    }

    #emptyShow() {
        this.#chart?.close();
        this.#chart = null;
        this.#shown = {};
        this.#empty ??= emptyState(this.#keeper);
        if (this.#empty.parentNode !== this.node)
            this.node.replaceChildren(this.#empty);
    }

    #planShow(document, reason) {
        const found = planFiltered(document, filterOfAddress());
        const folded = new Set(parameterValues(foldParameter()));
        const rows = scheduleRows(document, found, ({ tag }) => folded.has(tag));
        const before = this.#shown.rows;
        this.#shown.rows = rows;
        if (this.#chart === null)
            this.#chartOpen();
        this.#filter.update(document, found);
        this.#tools.update(rows.every(({ parent, isOpen }) => parent !== null || !isOpen));
        this.#nothing.hidden = rows.length > 0;
        this.#chart.node.hidden = rows.length === 0;
        this.#chart.show(rows, zoomOfAddress());
        // What somebody just made is where they look next.
        const known = new Set(before?.map(({ id }) => id));
        const made = rows.find(({ id }) => !known.has(id));
        if (reason === 'edit' && before && made)
            this.#chart.activate(made.id);
    }

    #chartOpen() {
        this.#empty = null;
        this.#chart = new GanttChart({
            ...this.#actions,
            key: (event, row) => this.#keyInChart(event, row),
            menu: (row, anchor) => this.#menuOpen(row, anchor),
            rename: (row) => this.#rename(row),
            toggle: (row) => this.#toggle(row),
        });
        this.node.replaceChildren(
            element('div', { class: 'schedule-bar' }, this.#tools.add, this.#filter.node, this.#tools.node),
            this.#chart.node, this.#nothing, this.#menu.menu);
    }

    #toggle(row) {
        const others = this.#shown.rows.filter(({ parent, isOpen, id }) => parent === null && !isOpen && id !== row.id);
        this.#foldedSet(row.isOpen ? [...others, row] : others);
    }

    #foldedSet(rows) {
        parametersChange({ [foldParameter()]: rows.map(({ tag }) => tag) });
    }

    #rename(row) {
        this.#chart.rename(row, this.#actions.storedName(row), (name) => this.#actions.rename(row, name.trim()));
    }

    #menuOpen(row, anchor) {
        this.#chart.activate(row.id, { isRevealed: false });
        this.#chart.focus();
        this.#menu.open(anchor);
    }

    #menuItems(row) {
        const add = { icon: 'add', text: t('newTask'), run: () => this.#actions.add(row) };
        return row.kind === 'strays' ? [add] : [
            { icon: 'edit', text: t('edit'), run: () => this.#actions.open(row) },
            { icon: 'edit', text: t('rename'), run: () => this.#rename(row) },
            add,
            { icon: 'copy', text: t('duplicate'), run: () => this.#actions.duplicate(row) },
            { icon: 'remove', text: t('remove'), kind: 'danger', run: () => this.#actions.remove(row) },
        ];
    }

    // Keys for the active row, or none.
    #keyInChart(event, row) {
        const run = event.ctrlKey || event.metaKey ? undefined : this.#commandOf(event, row);
        if (run === undefined)
            return;
        event.preventDefault();
        event.stopPropagation();
        run();
    }

    #commandOf(event, row) {
        const actions = this.#actions;
        const add = () => actions.add(row);
        const always = { Insert: add, n: add, p: () => projectAdd(this.#keeper) };
        const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
        if (row === null || row.kind === 'strays')
            return event.shiftKey || event.altKey ? undefined : always[key];
        const step = { ArrowLeft: -1, ArrowRight: 1 }[key];
        if (step !== undefined && event.shiftKey !== event.altKey)
            return () => actions[event.shiftKey ? 'move' : 'end'](row, step);
        const menu = () => this.#menu.open(this.#chart.anchorOf(row));
        if (event.shiftKey || event.altKey)
            return key === 'F10' ? menu : undefined;
        const remove = () => actions.remove(row);
        return {
            ...always, Backspace: remove, ContextMenu: menu, Delete: remove, Enter: () => actions.open(row),
            F2: () => this.#rename(row),
        }[key];
    }

    // Keys that hold wherever the focus is, unless something is typed or lies above the schedule.
    #keyAnywhere(event) {
        const isOther = event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey;
        const place = event.target.closest('input, textarea, select, dialog, [popover], [contenteditable]');
        const run = isOther || place !== null || this.#chart === null ? undefined : {
            '/': () => this.#filter.searchFocus(),
            '?': keyboardHelp,
            '+': () => zoomBy(1),
            '=': () => zoomBy(1),
            '-': () => zoomBy(-1),
            t: () => this.#chart.showToday(),
        }[event.key];
        if (run === undefined)
            return;
        event.preventDefault();
        run();
    }
}

// What is folded away while a filter is on is of its results only.
function foldParameter() {
    return isFiltering(filterOfAddress()) ? 'folded' : 'closed';
}
