// What the keyboard does in the schedule, as a dialog.

import { dialogOpen } from './dialog.js';
import { element } from './dom.js';
import { texts } from './language.js';

const t = texts({
    title: ['键盘操作', 'Keyboard'],
    close: ['关闭', 'Close'],
    or: [' 或 ', ' or '],
    walk: ['在行之间移动', 'Go from row to row'],
    fold: ['展开或折叠项目', 'Unfold or fold a project'],
    open: ['打开编辑窗口', 'Edit'],
    rename: ['重命名', 'Rename'],
    add: ['新建任务', 'Add task'],
    addProject: ['新建项目', 'Add project'],
    remove: ['删除', 'Delete'],
    move: ['提前或推迟一天；项目连同其任务一起', 'Move by a day, a project with its tasks'],
    end: ['结束日期提前或推迟一天', 'End a day earlier or later'],
    menu: ['打开行的菜单', 'Menu of the row'],
    search: ['搜索', 'Search'],
    zoom: ['放大或缩小时间轴', 'Zoom the time axis in or out'],
    today: ['回到今天', 'Go to today'],
    undo: ['撤销、重做', 'Undo, redo'],
    help: ['显示本窗口', 'Show this'],
    escape: ['放弃正在进行的拖动或重命名', 'Give up dragging or renaming'],
});

const keys = [
    ['walk', '↑', '↓'], ['fold', '→', '←'], ['open', 'Enter'], ['rename', 'F2'], ['add', 'Insert', 'N'],
    ['addProject', 'P'], ['remove', 'Delete'], ['move', 'Shift+←', 'Shift+→'], ['end', 'Alt+←', 'Alt+→'],
    ['menu', 'Shift+F10'],
    ['escape', 'Esc'], ['search', '/'], ['zoom', '+', '−'], ['today', 'T'], ['undo', 'Ctrl+Z', 'Ctrl+Y'], ['help', '?'],
];

export function keyboardHelp() {
    const rows = keys.map(([what, ...its]) => element('tr', {},
        element('th', { scope: 'row' }, its.map((key, index) => [index > 0 ? t('or') : null, element('kbd', {}, key)])),
        element('td', {}, t(what))));
    dialogOpen({
        title: t('title'), body: element('table', { class: 'keyboard' }, element('tbody', {}, rows)), buttons: [],
        cancel: t('close'),
    });
}
