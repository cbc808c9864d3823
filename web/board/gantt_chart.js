// The chart: dhtmlx-gantt, fed with rows (schedule_rows.js). It shows exactly these rows and never changes them itself;
// what people do is told to `actions`. Rows that arrive while somebody works change only what is different, and keep
// the scrolling, the active row, the focus and a name that is being typed.
//
// The keyboard's focus is on the grid as a whole, and the active row is that one's active descendant: rows are drawn
// anew at any time and would lose the focus.

import { Gantt } from '/gantt/dhtmlxgantt.es.js';
import { barsDraggable } from './bar_drag.js';
import { clicksHandle, keysHandle } from './chart_input.js';
import { ChartScroll } from './chart_scroll.js';
import { localDate, today } from './dates.js';
import { attributesSet, element } from './dom.js';
import { barFinish, barShift, draggedText, gridColumns, rowAnnounce } from './gantt_rows.js';
import { axisSizes, barDates, nearestDay, rangeOf, scalesOf } from './gantt_scales.js';
import { language, texts } from './language.js';
import { renameBox } from './rename_box.js';
import { rowsAlike } from './schedule_rows.js';

const t = texts({
    grid: ['项目和任务', 'Projects and tasks'],
    timeline: ['时间轴', 'Timeline'],
    scroll: ['左右滚动时间轴', 'Scroll the time axis'],
});

const rowHeight = 36;

const settings = {
    bar_height: 24,
    details_on_dblclick: false,
    drag_links: false,
    initial_scroll: false,
    min_duration: 1,
    min_grid_column_width: 40,
    round_dnd_dates: false,
    row_height: rowHeight,
    scale_height: 48,
    scroll_on_click: false,
    select_task: false,
    show_errors: false,
    show_links: false,
    show_task_cells: false,
    show_tasks_outside_timescale: true,
    time_step: 1,
    touch: 'force',
    touch_drag: 300, // milliseconds until a finger does not scroll any more, but drags
    wai_aria_attributes: false,
};

export class GanttChart {
    node = element('div', { class: 'chart' });
    #actions;
    #gantt = Gantt.getGanttInstance();
    #scroll = new ChartScroll(this.#gantt, rowHeight);
    #rows = [];             // as they are shown
    #ids = new Map();       // of rows, to those of the library, which go into attributes and selectors
    #byId = new Map();      // those of the library, to rows
    #active = null;         // a row's id
    #activePlace = 0;       // among the visible rows, for when it goes
    #range = null;          // { zoom, start, end }; null: nothing is shown yet
    #gridWidth = 0;
    #isDragging = false;
    #waiting = null;        // rows that arrived during a drag
    #renaming = null;
    #sizeWatch = new ResizeObserver(() => this.#isLaidOut() || this.#gantt.render());

    // `actions` are { add(row), key(event, row), menu(row, anchor), move(row, days), open(row), progress(row, percent),
    // rename(row), resize(row, start, end), toggle(row) }.
    constructor(actions) {
        this.#actions = actions;
    }

    get activeRow() {
        return this.#byId.get(this.#ids.get(this.#active)) ?? null;
    }

    // How many rows are in sight, of those that are not folded away.
    get count() {
        return this.#gantt.getVisibleTaskCount();
    }

    get page() {
        return this.#scroll.placesShown;
    }

    // To be called when the node is in the page.
    show(rows, zoom) {
        if (this.#isDragging) {
            this.#waiting = [rows, zoom];
            return;
        }
        // The library cannot begin while there is nothing to see, and it is not in sight.
        if (this.#range === null && rows.length === 0)
            return;
        if (this.#range === null)
            this.#start(zoom);
        const before = this.#rows;
        const range = rangeOf(rows, zoom, this.#gantt.$task.clientWidth, this.#range);
        const isRescaled = range !== this.#range;
        const isSameShape = before.length === rows.length && before.every((row, at) => isSamePlace(row, rows[at]));
        const restore = this.#placeKeep(isRescaled ? range : null, isSameShape);
        this.#rows = rows;
        for (const row of rows)
            this.#byId.set(this.#idOf(row.id), row);
        if (isRescaled)
            this.#rescale(range);
        if (isSameShape)
            this.#refresh(rows.filter((row, at) => !rowsAlike(row, before[at])), isRescaled);
        else
            this.#parse();
        restore();
        this.#activeKeep();
        this.#renaming?.follow();
    }

    close() {
        this.#sizeWatch.disconnect();
        this.#renaming?.cancel();
        this.#scroll.close();
        if (this.#range !== null)
            this.#gantt.destructor();
        this.node.remove();
    }

    focus() {
        this.#gantt.$grid.focus({ preventScroll: true });
    }

    // Among the rows that are not folded away; -1 for others.
    placeOf(rowId) {
        const id = this.#ids.get(rowId);
        return this.#byId.has(id) ? this.#gantt.getGlobalTaskIndex(id) : -1;
    }

    rowAt(place) {
        return this.#byId.get(this.#gantt.getTaskByIndex(place)?.id) ?? null;
    }

    // The first row below one, or null.
    childOf(row) {
        return this.#rows.find(({ parent }) => parent === row.id) ?? null;
    }

    // Makes a row the active one.
    activate(id, { isRevealed = true } = {}) {
        const former = this.#active;
        this.#active = id;
        this.#activePlace = this.placeOf(id);
        for (const [one, isActive] of [[former, false], [id, true]]) {
            for (const node of one === null ? [] : this.#nodesOf(one)) {
                node.classList.toggle('is-active', isActive);
                if (node.getAttribute('role') === 'row')
                    node.setAttribute('aria-selected', String(isActive));
            }
        }
        if (isRevealed)
            this.#scroll.reveal(this.activeRow, this.#activePlace);
        this.#activeSay();
    }

    showToday() {
        this.#scroll.toDate(localDate(today()), 0.3);
    }

    // Lets the name of a row be typed; `done(text)` gets it.
    rename(row, text, done) {
        this.#renaming?.cancel();
        this.activate(row.id);
        this.#renaming = renameBox(text, () => this.#nameBox(row.id), (value) => {
            this.#renaming = null;
            if (document.activeElement === document.body)
                this.focus();
            if (value !== null)
                done(value);
        });
        this.node.append(this.#renaming.node);
        this.#renaming.follow();
        this.#renaming?.node.focus();
        this.#renaming?.node.select();
    }

    // Where a row's menu opens by the keyboard.
    anchorOf(row) {
        const node = this.#rowNode(row.id);
        return node?.querySelector('.row-tools button:last-child') ?? node ?? this.node;
    }

    #start(zoom) {
        const gantt = this.#gantt;
        this.node.append(element('div', { class: 'chart-root' }));
        gantt.i18n.setLocale({ zh: 'cn', en: 'en' }[language()]);
        Object.assign(gantt.config, settings, {
            scales: scalesOf(zoom),
            type_renderers: { task: (task, render) => this.#bar(task, render(task)) },
        });
        const rowClass = (start, end, { id }) => this.#rowClass(this.#byId.get(id));
        Object.assign(gantt.templates, {
            grid_file: () => '',
            grid_folder: () => '',
            grid_row_class: rowClass,
            task_row_class: rowClass,
            task_class: rowClass,
            task_text: () => '',
        });
        gantt.config.scroll_size = scrollbarSize();
        this.#isLaidOut();
        this.#listen();
        this.#sizeWatch.observe(this.node);
    }

    #listen() {
        const gantt = this.#gantt;
        const rowOf = (id) => this.#byId.get(id) ?? null;
        gantt.attachEvent('onGanttScroll', (left) => this.#scrolled(left));
        gantt.attachEvent('onGanttRender', () => this.#rendered());
        gantt.init(this.node.firstChild);
        clicksHandle(gantt, rowOf, this, this.#actions);
        keysHandle(gantt, this, this.#actions);
        gantt.$grid.addEventListener('focus', () => this.#activeKeep());
        this.#scroll.glide();
        barsDraggable(gantt, rowOf, {
            begin: (row) => {
                this.activate(row.id, { isRevealed: false });
                this.focus();
                this.#isDragging = true;
            },
            end: (row, report) => this.#dragged(row, report),
            actions: this.#actions,
        });
    }

    // What arrived meanwhile comes first, so that the drag is an edit of what there is now. The bar is where it was
    // left, and stays there only if the edit says so.
    #dragged(row, report) {
        this.#isDragging = false;
        const waiting = this.#waiting;
        this.#waiting = null;
        if (waiting !== null)
            this.show(...waiting);
        report();
        this.#refresh(this.#rows.filter(({ id, parent }) => id === row.id || parent === row.id), false);
    }

    // The columns that there is room for. -> whether they were right already.
    #isLaidOut() {
        const width = this.node.clientWidth;
        const size = width <= 760 ? 'narrow' : width <= 1100 ? 'medium' : 'wide';
        const gridWidth = { narrow: Math.round(width * 0.42), medium: 524, wide: 696 }[size];
        if (width === 0 || gridWidth === this.#gridWidth)
            return true;
        const { add, menu } = this.#actions;
        const announce = (row, node) => this.#announce(row, node);
        this.#gridWidth = gridWidth;
        this.#gantt.config.columns = gridColumns((id) => this.#byId.get(id), { add, menu, announce }, size);
        this.#gantt.config.grid_width = gridWidth;
        return false;
    }

    #idOf(rowId) {
        if (!this.#ids.has(rowId))
            this.#ids.set(rowId, `r${this.#ids.size + 1}`);
        return this.#ids.get(rowId);
    }

    #nodeId(rowId) {
        return `chart-${this.#idOf(rowId)}`;
    }

    // A row as the library's task. It has no idea of tasks without dates: these, and what is too far away for the axis,
    // have the dates of today and no bar. What reaches beyond the axis cannot be dragged.
    #taskOf(row) {
        const { start, end } = this.#range;
        const hasBar = row.start !== null && row.end >= start && row.start < end;
        const [first, last] = hasBar ? [Math.max(row.start, start), Math.min(row.end, end - 1)] : [today(), today()];
        return {
            id: this.#idOf(row.id), parent: row.parent === null ? 0 : this.#idOf(row.parent), open: row.isOpen,
            hide_bar: !hasBar, readonly: first !== row.start || last !== row.end, progress: row.progress / 100,
            ...barDates(first, last),
        };
    }

    #parse() {
        const shown = new Set(this.#rows.map(({ id }) => this.#idOf(id)));
        for (const id of this.#byId.keys()) {
            if (!shown.has(id))
                this.#byId.delete(id);
        }
        const store = this.#gantt.getDatastore('task');
        store.silent(() => store.clearAll());
        this.#gantt.parse({ data: this.#rows.map((row) => this.#taskOf(row)) });
    }

    #refresh(rows, isRescaled) {
        for (const row of rows)
            Object.assign(this.#gantt.getTask(this.#idOf(row.id)), this.#taskOf(row));
        if (isRescaled)
            this.#gantt.render();
        else
            rows.forEach((row) => this.#gantt.refreshTask(this.#idOf(row.id), false));
    }

    #rescale(range) {
        this.#range = range;
        attributesSet(this.node, { style: axisSizes(range.zoom) });
        Object.assign(this.#gantt.config, {
            scales: scalesOf(range.zoom), start_date: localDate(range.start), end_date: localDate(range.end),
        });
    }

    // -> a function that brings back what is seen: with another zoom the middle of the axis, with another range its
    // left end, with other rows the active one, or the first that can be seen.
    #placeKeep(range, isSameShape) {
        if (this.#range === null)
            return () => this.#scroll.toFirst(this.#rows);
        const keepDate = range === null ? () => {} : this.#scroll.keepDate(range.zoom === this.#range.zoom ? 0 : 0.5);
        const anchor = isSameShape || this.#scroll.firstPlace === 0 ? null : this.#anchor();
        const keepRow = anchor === null ? () => {} : this.#scroll.keepPlace(this.placeOf(anchor));
        return () => {
            keepDate();
            const place = this.placeOf(anchor);
            if (place >= 0)
                keepRow(place);
        };
    }

    #anchor() {
        const isActiveShown = this.#active !== null && this.#scroll.isShown(this.placeOf(this.#active));
        return isActiveShown ? this.#active : this.rowAt(this.#scroll.firstPlace)?.id ?? null;
    }

    #rowNode(rowId) {
        return this.#gantt.$grid_data.querySelector(`[data-task-id="${this.#idOf(rowId)}"]`);
    }

    #nodesOf(rowId) {
        return this.#gantt.$root.querySelectorAll(`[data-task-id="${this.#idOf(rowId)}"]`);
    }

    // A row that went or was folded away hands over to the one in its place, or above it.
    #activeKeep() {
        if (this.#rows.length === 0)
            return;
        if (this.#active === null) {
            if (document.activeElement === this.#gantt.$grid)
                this.activate(this.#anchor(), { isRevealed: false });
            return;
        }
        const row = this.activeRow;
        const last = this.count - 1;
        if (row === null)
            this.activate(this.rowAt(Math.min(this.#activePlace, last)).id, { isRevealed: false });
        else
            this.activate(this.placeOf(row.id) < 0 ? row.parent : row.id, { isRevealed: false });
    }

    // The active row, as long as it has an element that can be named.
    #activeSay() {
        const { $grid: grid } = this.#gantt;
        if (this.#active !== null && this.#rowNode(this.#active) !== null)
            grid.setAttribute('aria-activedescendant', this.#nodeId(this.#active));
        else
            grid.removeAttribute('aria-activedescendant');
    }

    #rowClass(row) {
        return [
            `of-${row.kind}`, row.id === this.#active ? 'is-active' : '', row.isContext ? 'is-context' : '',
            row.hasOwnDates ? '' : 'is-derived',
        ].join(' ');
    }

    #bar(task, bar) {
        if (!bar)
            return bar;
        const { drag_id: dragged, drag_mode: mode } = this.#gantt.getState();
        const [start, end] = [nearestDay(task.start_date), nearestDay(task.end_date) - 1];
        const text = dragged === task.id ? draggedText(mode, start, end, task.progress) : null;
        barFinish(this.#byId.get(task.id), bar, text);
        barShift(bar, this.#gantt.getScrollState().x);
        return bar;
    }

    #scrolled(left) {
        for (const bar of this.#gantt.$task_data.querySelectorAll('.gantt_task_line'))
            barShift(bar, left);
        this.#renaming?.follow();
        this.#activeSay();
    }

    #announce(row, node) {
        node.id = this.#nodeId(row.id);
        rowAnnounce(row, node, {
            place: this.placeOf(row.id), isActive: row.id === this.#active,
            hasChildren: this.#gantt.hasChild(this.#idOf(row.id)),
        });
    }

    // The library's own elements say nothing of what they are, as their attributes would be wrong in places.
    #rendered() {
        const { $grid: grid, $grid_scale: head, $grid_data: body, $task: timeline, $root: root } = this.#gantt;
        const rows = this.count + 1;
        attributesSet(grid, { role: 'treegrid', tabindex: 0, 'aria-label': t('grid'), 'aria-rowcount': rows });
        attributesSet(head, { role: 'row', 'aria-rowindex': 1 });
        attributesSet(body, { role: 'rowgroup' });
        attributesSet(timeline, { role: 'group', 'aria-label': t('timeline') });
        const others = {
            hor_scroll: { role: 'group', tabindex: 0, 'aria-label': t('scroll') }, ver_scroll: { tabindex: -1 },
            container_resize_watcher: { 'aria-hidden': 'true' }, grid_head_cell: { role: 'columnheader' },
        };
        for (const [name, attributes] of Object.entries(others))
            root.querySelectorAll(`.gantt_${name}`).forEach((node) => attributesSet(node, attributes));
        const [morning, night] = [today(), today() + 1].map((day) => this.#gantt.posFromDate(localDate(day)));
        this.node.style.setProperty('--today', `${Math.round((morning + night) / 2)}px`);
        this.#renaming?.follow();
    }

    #nameBox(rowId) {
        const name = this.#rowNode(rowId)?.querySelector('.row-name');
        if (!name)
            return this.placeOf(rowId) < 0 ? null : { top: -100 };
        const outer = this.node.getBoundingClientRect();
        const cell = name.closest('.gantt_cell').getBoundingClientRect();
        const left = name.getBoundingClientRect().left - 6;
        return { left: left - outer.left, top: cell.top - outer.top, width: cell.right - left, height: cell.height };
    }
}

function isSamePlace(one, other) {
    return one.id === other.id && one.parent === other.parent && one.isOpen === other.isOpen;
}

// Where scrollbars lie above what they scroll, they still need a place to be seen in, unless fingers scroll.
function scrollbarSize() {
    const probe = element('div', { style: { position: 'absolute', overflow: 'scroll', visibility: 'hidden' } });
    document.body.append(probe);
    const size = probe.offsetHeight - probe.clientHeight;
    probe.remove();
    return size || (window.matchMedia('(hover: none)').matches ? 1 : 10);
}
