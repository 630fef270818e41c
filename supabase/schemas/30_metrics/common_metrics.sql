-- The definitions that hold for every organization that has none of its own.

insert into public.metric_definitions (metric_name, label, description, unit, direction, aggregation)
values
  ('sessions', 'Sessions', 'Visits to the site.', 'sessions', 'higher_is_better', 'sum'),
  ('conversions', 'Conversions', 'Visits that reached the goal.', 'conversions', 'higher_is_better', 'sum'),
  ('reach', 'Instagram reach', 'Accounts that saw a post.', 'accounts', 'higher_is_better', 'sum'),
  ('engagement', 'Engagement', 'Likes, comments, saves and shares.', 'interactions', 'higher_is_better', 'sum'),
  ('impressions', 'Impressions', 'Times content was shown.', 'impressions', 'higher_is_better', 'sum'),
  ('clicks', 'Clicks', 'Clicks on links and ads.', 'clicks', 'higher_is_better', 'sum'),
  ('spend', 'Ad spend', 'What advertising cost.', 'USD', 'neutral', 'sum'),
  ('revenue', 'Revenue', 'What conversions brought in.', 'USD', 'higher_is_better', 'sum'),
  ('followers', 'Followers', 'Accounts that follow, at the end of the day.', 'accounts', 'higher_is_better', 'last'),
  ('bounce_rate', 'Bounce rate', 'Visits that left after one page.', '%', 'lower_is_better', 'avg');
