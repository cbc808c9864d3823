// What the chart's rows and bars look like: elements are put into those that the library makes, as it takes texts for
// markup.

import { dayShort, periodShown } from './dates.js';
import { attributesSet, button, element, icon } from './dom.js';
import { percentShown, texts } from './language.js';
import { memberName, statusName, statusNode } from './terms.js';

const t = texts({
    name: ['项目 / 任务', 'Project / task'],
    people: ['人员', 'People'],
    unscheduled: ['未安排日期', 'No dates'],
    add: [(name) => `在“${name}”中新建任务`, (name) => `Add task to ${name}`],
    addStray: ['新建不属于项目的任务', 'Add task without a project'],
    more: [(name) => `“${name}”的更多操作`, (name) => `More for ${name}`],
    progress: [(percent) => `进度 ${percent}`, (percent) => `${percent} done`],
    separator: ['，', ', '],
});

const isWrong = { delayed: true, risk: true };

// All of a row in words.
function rowDescription(row) {
    if (row.kind === 'strays')
        return row.name;
    const period = row.start === null ? t('unscheduled') : periodShown(row.start, row.end);
    return [row.name, statusName(row.status), period, t('progress', percentShown(row.progress)), row.people]
        .filter((text) => text !== '').join(t('separator'));
}

// What the element of a row says of itself.
export function rowAnnounce(row, node, { place, isActive, hasChildren }) {
    attributesSet(node, {
        role: 'row', 'aria-label': rowDescription(row), 'aria-level': row.parent === null ? 1 : 2,
        'aria-rowindex': place + 2, 'aria-selected': String(isActive),
        'aria-expanded': hasChildren ? String(row.isOpen) : null,
    });
}

// The library's columns, as many as there is room for. `rowOf` finds a row by the library's id; `actions` are
// { add(row), menu(row, anchor), announce(row, node) }, the last for what a row's element says of itself.
export function gridColumns(rowOf, actions, size) {
    const column = (name, label, width, fill) => ({
        name, label, width, min_width: 44, resize: true, template: () => '',
        onrender: (item, cell) => cellFill(rowOf(item.id), cell, fill),
    });
    const main = {
        ...column('name', t('name'), '*', (row, content, cell) => nameFill(row, content, cell, actions)),
        tree: true, min_width: 120,
    };
    const others = [
        column('status', memberName('status'), 108, statusFill),
        column('people', t('people'), 92, peopleFill),
        column('start', memberName('startDate'), 112, (row, content) => dayFill(row, row.start, content)),
        column('end', memberName('endDate'), 112, (row, content) => dayFill(row, row.end, content)),
        column('progress', memberName('progress'), 74, progressFill),
    ];
    const shown = { narrow: [], medium: ['status', 'start', 'end'], wide: others.map(({ name }) => name) }[size];
    return [main, ...others.filter(({ name }) => shown.includes(name))];
}

function cellFill(row, cell, fill) {
    cell.setAttribute('role', 'gridcell');
    fill(row, cell.querySelector('.gantt_tree_content'), cell);
}

function nameFill(row, content, cell, actions) {
    actions.announce(row, cell.parentNode);
    if (isWrong[row.status])
        content.append(element('span', { class: 'row-sign', dataset: { status: row.status } }, icon('warning')));
    content.append(element('span', { class: 'row-name', title: row.name }, row.name));
    if (row.count !== '')
        content.append(element('span', { class: 'row-count' }, row.count));
    // Out of the way of the Tab key, for there are as many as rows: keys of the grid do the same.
    const tool = (shape, label, run) => button({ icon: shape, label, class: 'quiet', tabindex: '-1' }, run);
    const tools = element('span', { class: 'row-tools' });
    if (row.kind !== 'task')
        tools.append(tool('add', row.kind === 'strays' ? t('addStray') : t('add', row.name), () => actions.add(row)));
    if (row.kind !== 'strays')
        tools.append(tool('more', t('more', row.name), (event) => actions.menu(row, event.currentTarget)));
    cell.append(tools);
}

function statusFill(row, content) {
    if (row.status !== null)
        content.append(statusNode(row));
}

function peopleFill(row, content) {
    content.append(row.people);
    content.title = row.people;
}

function dayFill(row, day, content) {
    if (row.kind === 'strays')
        return;
    const text = day === null ? t('unscheduled') : dayShort(day);
    content.append(element('span', { class: day === null || !row.hasOwnDates ? 'row-soft' : null, title: text }, text));
}

function progressFill(row, content) {
    if (row.status !== null)
        content.append(percentShown(row.progress));
}

// Finishes a bar that the library has made. While it is dragged, `dragged` says what it would become.
export function barFinish(row, bar, dragged) {
    const description = rowDescription(row);
    attributesSet(bar, {
        role: 'img', 'aria-label': description, title: description, dataset: { status: row.status },
        style: {
            '--done': `${row.progress}%`,
            ...row.color === null ? {} : { '--bar': row.color, '--bar-ink': row.ink },
        },
    });
    bar.querySelector('.gantt_task_content').append(
        element('span', { class: dragged === null ? 'bar-label' : 'bar-label is-value' },
            signNode(row.status), element('span', {}, dragged ?? row.name)));
}

// Where the label of a bar is, if the axis is scrolled by `x`: in the part of it that can be seen, or behind it, where
// that is too small.
export function barShift(bar, x) {
    const [left, width] = [bar.style.left, bar.style.width].map(Number.parseFloat);
    const hidden = Math.max(0, x - left);
    const label = bar.querySelector('.bar-label');
    const needed = widthOf(label.textContent) + (label.querySelector('.bar-sign') === null ? 12 : 34);
    bar.style.setProperty('--hidden', `${hidden}px`);
    bar.classList.toggle('is-beside', label.matches('.is-value') || needed > width - hidden);
    bar.classList.toggle('is-away', hidden >= width);
}

function signNode(status) {
    const shape = isWrong[status] ? 'warning' : status === 'completed' ? 'check' : null;
    return shape === null ? null : element('span', { class: 'bar-sign' }, icon(shape));
}

// Near enough to decide where a text goes; measuring a thousand would take its time.
function widthOf(text) {
    return [...text].reduce((sum, character) => sum + (character > '\u2e7f' ? 12.5 : 7), 0);
}

export function draggedText(mode, start, end, progress) {
    return mode === 'progress' ? percentShown(progress * 100) : periodShown(start, end);
}
