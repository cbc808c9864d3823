// The settings: the lists that projects and tasks choose from.

import { element } from './dom.js';
import { texts } from './language.js';
import { SettingsList } from './settings_list.js';

const t = texts({ settings: ['设置', 'Settings'] });

export function settingsView(keeper) {
    const lists = ['taskTypes', 'pmos', 'productManagers'].map((collection) => new SettingsList(keeper, collection));
    const node = element('section', { class: 'sheet settings', 'aria-label': t('settings') },
        lists.map((list) => list.node));
    const update = () => {
        for (const list of lists)
            list.update();
    };
    return { node, update, close() {} };
}
