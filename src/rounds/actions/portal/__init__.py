"""The portal's deeds: customers are let in, and sign what is theirs."""
