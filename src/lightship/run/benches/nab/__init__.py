"""`lightship bench nab`: the shipped count detector, unchanged, on ten real series of counts. A sanity check, no bar.

The data are not ours and not shipped: the `realTweets` series of the Numenta Anomaly Benchmark (MIT), five-minute
counts of mentions of ten companies, with windows that people have marked.
"""
